"""The protobufs of what was said before. A name of a field that is wrong here is an error at once."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.library.binding import history_sync, web

_sync: Any = history_sync.HistorySync
Conversation: Any = history_sync.Conversation
HistorySyncMsg: Any = history_sync.HistorySyncMsg
Pushname: Any = history_sync.Pushname
PhoneNumberToLIDMapping: Any = history_sync.PhoneNumberToLIDMapping
InlineContact: Any = history_sync.InlineContact
REVOKED: int = web.WebMessageInfo.REVOKE
"""The stub that stands for a message that was deleted."""


class Numbers:
    """Numbers of fields, of what is too large to be read at once."""

    SYNC_TYPE: int = _sync.SYNCTYPE_FIELD_NUMBER
    CONVERSATIONS: int = _sync.CONVERSATIONS_FIELD_NUMBER
    CHUNK_ORDER: int = _sync.CHUNKORDER_FIELD_NUMBER
    PROGRESS: int = _sync.PROGRESS_FIELD_NUMBER
    PUSH_NAMES: int = _sync.PUSHNAMES_FIELD_NUMBER
    NUMBERS: int = _sync.PHONENUMBERTOLIDMAPPINGS_FIELD_NUMBER
    CONTACTS: int = _sync.INLINECONTACTS_FIELD_NUMBER
    MESSAGES: int = Conversation.MESSAGES_FIELD_NUMBER


def type_name(number: int) -> str:
    """What kind of piece it is: `RECENT`; the number where it has no name."""
    kinds = _sync.HistorySyncType
    return kinds.Name(number) if number in kinds.values() else str(number)
