"""The past, in the pieces in which a phone sends it: first the last words of every chat, then names, then the rest."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from sandbox.history.past import PastChat, PastMessage
from sandbox.wire.protobufs import e2e, history_sync, web

_FIRST: Final = 20
"""Messages of each chat in the first pieces."""
_RECENT_SECONDS: Final = 90 * 86_400
_MOST_MESSAGES: Final = 5000
"""In one piece."""
_READ: Final = web.WebMessageInfo.READ
_Sync = history_sync.HistorySync


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece: `type` and `order` among those of its type, how much has come with it (per cent), and its bytes."""

    type: int
    order: int
    progress: int
    payload: bytes


def chunks_of(chats: list[PastChat], own: str) -> list[Chunk]:
    """Return the pieces of a history, in order. `own`: the phone's own number, as a JID."""
    begin = int(time.time()) - _RECENT_SECONDS
    first = [replace(chat, messages=chat.messages[-_FIRST:]) for chat in chats]
    rest = [replace(chat, messages=chat.messages[:-_FIRST]) for chat in chats]
    recent = [replace(chat, messages=[said for said in chat.messages if said.timestamp >= begin]) for chat in rest]
    older = [replace(chat, messages=[said for said in chat.messages if said.timestamp < begin]) for chat in rest]
    pieces = [
        *((_Sync.INITIAL_BOOTSTRAP, part) for part in _parts(first, keep_empty=True)),
        (_Sync.PUSH_NAME, chats),
        *((_Sync.RECENT, part) for part in _parts(recent)),
        *((_Sync.FULL, part) for part in _parts(older)),
    ]
    orders = {type_: count(1) for type_ in (_Sync.INITIAL_BOOTSTRAP, _Sync.PUSH_NAME, _Sync.RECENT, _Sync.FULL)}
    made: list[Chunk] = []
    for place, (type_, part) in enumerate(pieces, 1):
        progress = 100 * place // len(pieces)
        order = next(orders[type_])
        sync = _Sync(syncType=type_, chunkOrder=order, progress=progress)
        _fill(sync, part, own)
        made.append(Chunk(type_, order, progress, zlib.compress(sync.SerializeToString())))
    return made


def older(chat: PastChat, own: str, before: str, most: int) -> Chunk:
    """Return up to so many messages of a chat that were said before the one with the id `before`."""
    place = next((place for place, said in enumerate(chat.messages) if said.id == before), 0)
    part = replace(chat, messages=chat.messages[max(0, place - most) : place])
    sync = _Sync(syncType=_Sync.ON_DEMAND, progress=100)
    sync.conversations.append(_conversation(part, own))
    return Chunk(_Sync.ON_DEMAND, 0, 100, zlib.compress(sync.SerializeToString()))


def _fill(sync: history_sync.HistorySync, chats: Iterable[PastChat], own: str) -> None:
    for chat in chats:
        if sync.syncType == _Sync.PUSH_NAME:
            if chat.push_name:
                sync.pushnames.add(ID=str(chat.number or chat.jid), pushname=chat.push_name)
            continue
        sync.conversations.append(_conversation(chat, own))
        if chat.number is not None and sync.syncType == _Sync.INITIAL_BOOTSTRAP:
            sync.phoneNumberToLidMappings.add(pnJID=str(chat.number), lidJID=str(chat.jid))


def _conversation(chat: PastChat, own: str) -> history_sync.Conversation:
    last = chat.messages[-1].timestamp if chat.messages else 0
    conversation = history_sync.Conversation(
        ID=str(chat.jid),
        name=chat.name or None,
        displayName=chat.name or None,
        unreadCount=chat.unread,
        pinned=last if chat.pinned else None,
        archived=chat.archived or None,
        muteEndTime=chat.muted_until or None,
        conversationTimestamp=last,
        lastMsgTimestamp=last,
        pnJID=str(chat.number) if chat.number else None,
        lidJID=str(chat.jid) if chat.number else None,
    )
    for order, said in enumerate(reversed(chat.messages)):  # the newest first, as phones do
        conversation.messages.add(message=message_of(chat, said, own), msgOrderID=len(chat.messages) - order)
    return conversation


def message_of(chat: PastChat, said: PastMessage, own: str) -> web.WebMessageInfo:
    """Return a message as phones keep it."""
    sender = own if said.from_me else str(said.sender) if said.sender else None
    info = web.WebMessageInfo(
        message=e2e.Message(conversation=said.text),
        messageTimestamp=said.timestamp,
        status=_READ,
        pushName=None if said.from_me else chat.push_name or None,
        participant=sender if said.sender else None,
    )
    info.key.remoteJID, info.key.fromMe, info.key.ID = str(chat.jid), said.from_me, said.id
    if said.sender and not said.from_me:
        info.key.participant = str(said.sender)
    return info


def _parts(chats: list[PastChat], *, keep_empty: bool = False) -> Iterator[list[PastChat]]:
    part: list[PastChat] = []
    size = 0
    for chat in chats:
        if not chat.messages and not keep_empty:
            continue
        if part and size + len(chat.messages) > _MOST_MESSAGES:
            yield part
            part, size = [], 0
        part.append(chat)
        size += len(chat.messages)
    if part:
        yield part
