"""What a contact is told beside messages: receipts of what it sent, and who comes, goes, types or records."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from neonize.proto.Neonize_pb2 import JID, ChatPresence, Presence, Receipt
from neonize.utils.jid import Jid2String, JIDToNonAD

_STATES: Final = {Receipt.DELIVERED: "delivered", Receipt.READ: "read", Receipt.PLAYED: "played"}


def receipt(event: Receipt) -> str | None:
    """Return a receipt as JSON; None for those that are between devices."""
    state = _STATES.get(event.Type)
    if state is None:
        return None
    source = event.MessageSource
    said = {"state": state, "messageIds": list(event.MessageIDs), "chat": _plain(source.Chat), "at": event.Timestamp}
    return json.dumps(said | {"from": _plain(source.Sender)})


def presence(event: ChatPresence | Presence) -> str:
    """Return who comes, goes, types or records, as JSON."""
    said: dict[str, Any]
    if isinstance(event, Presence):
        who = _plain(event.From)
        state = "unavailable" if event.Unavailable else "available"
        last_seen = event.LastSeen if event.LastSeen > 0 else None  # the year 1 stands for not told
        said = {"from": who, "chat": who, "state": state, "lastSeen": last_seen}
    else:
        is_audio = event.Media == ChatPresence.AUDIO
        writes = "recording" if is_audio else "composing"
        state = writes if event.State == ChatPresence.COMPOSING else "paused"
        source = event.MessageSource
        said = {"from": _plain(source.Sender), "chat": _plain(source.Chat), "state": state}
    return json.dumps(said | {"at": time.time()})


def _plain(jid: JID) -> str:
    return Jid2String(JIDToNonAD(jid))
