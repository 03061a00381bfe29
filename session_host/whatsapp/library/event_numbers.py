"""The library's numbers of its events (`neonize.events.EVENT_TO_INT`)."""

from __future__ import annotations

from enum import IntEnum


class EventNumber(IntEnum):
    """Those that come; the library has numbers for a few more, and never uses them (docs/neonize.md)."""

    ME = 0
    PAIR_STATUS = 2
    CONNECTED = 3
    KEEP_ALIVE_TIMEOUT = 4
    LOGGED_OUT = 6
    STREAM_REPLACED = 7
    TEMPORARY_BAN = 8
    CONNECT_FAILURE = 9
    CLIENT_OUTDATED = 10
    STREAM_ERROR = 11
    DISCONNECTED = 12
    HISTORY_SYNC = 13
    MESSAGE = 17
    RECEIPT = 18
    CHAT_PRESENCE = 19
    PRESENCE = 20
    JOINED_GROUP = 21
    GROUP_INFO = 22
    PICTURE = 23
    IDENTITY_CHANGE = 24
    PRIVACY_SETTINGS = 25
    OFFLINE_SYNC_PREVIEW = 26
    OFFLINE_SYNC_COMPLETED = 27
    BLOCKLIST = 30
    NEWSLETTER_JOIN = 32
    NEWSLETTER_LEAVE = 33
    NEWSLETTER_MUTE_CHANGE = 34
    NEWSLETTER_LIVE_UPDATE = 35
    CALL_OFFER = 36
    CALL_ACCEPT = 37
    CALL_PRE_ACCEPT = 38
    CALL_TRANSPORT = 39
    CALL_OFFER_NOTICE = 40
    CALL_RELAY_LATENCY = 41
    CALL_TERMINATE = 42
    UNKNOWN_CALL = 43
    UNDECRYPTABLE = 44
    ROTATE_ADV_SECRET = 45
