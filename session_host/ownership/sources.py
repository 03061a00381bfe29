"""What can be looked up about the events of a session: by its client while connected, else in its auth database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from session_host.disk.session_files import DATABASE
from session_host.outbound.offers import Offers
from session_host.ownership.holding import Holding
from session_host.session.live_session import LiveSession
from session_host.whatsapp import from_whatsapp, secret_log
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.content.answering import answer_to, answered
from session_host.whatsapp.content.sealed import Seal, opened, seal_of
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.content.choices import Choosable
from shared.contracts.contents import CONTENT
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Reply
from shared.errors import StoreUnavailable
from shared.jids import PHONE
from shared.messages.model import OutboundMessage
from shared.messages.ports import Inbox, Messages

_CONNECTED_WITHIN = 1.0
"""Seconds for a session that is just being connected: reading its database beside the library takes a process."""


def sources_of(uid: str, holding: Holding | None, auth_dir: Path, stored: Stored) -> SessionSources:
    """Those of a session that this shard holds, or of one that it holds no more."""
    return SessionSources(uid, holding.live if holding else None, auth_dir, stored)


class Stored(NamedTuple):
    """Where messages are."""

    messages: Messages
    inbox: Inbox
    offers: Offers


class SessionSources:
    """`session_host.inbound.completing.Sources` of one session.

    Args:
        uid: of the session.
        live: the session, when this shard holds it.
        auth_dir: the folder of its auth database; nothing is found when it is not here any more.
        stored: the messages.
    """

    def __init__(self, uid: str, live: LiveSession | None, auth_dir: Path, stored: Stored) -> None:
        self._uid = uid
        self._stored = stored
        self._live = live
        self._database = str(auth_dir / DATABASE)

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers of people named by LID, of those that are known. Raises OSError when nobody answers."""
        if self._live is not None and await self._live.wait_connected(_CONNECTED_WITHIN):
            try:
                return await self._live.connected_client().numbers_of(lids)
            except NotSent:
                pass  # it was disconnected in this moment
        try:
            return await asyncio.to_thread(secret_log.numbers_of, self._database, lids)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    async def unsealed(self, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
        """See `Sources`. Raises OSError when nobody answers."""
        messages = [E2eMessage.FromString(raw) for _, raw in sealed]
        seals = [seal_of(message) for message in messages]
        targets = frozenset(seal.target for seal in seals if seal is not None)
        try:
            secrets = await asyncio.to_thread(secret_log.secrets_of, self._database, targets)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        return [
            event if seal is None else _unsealed(event, message, seal, secrets.get(seal.target, ()))
            for (event, _), message, seal in zip(sealed, messages, seals, strict=True)
        ]

    async def options_of(self, vote: MessageReceived) -> Sequence[str] | None:
        """See `Sources`."""
        target = vote.target
        if target is None:
            return None
        try:
            if target.from_me and (sent := await self._stored.messages.by_wa_id(self._uid, target.id)) is not None:
                offered = _offered(sent)
                return [title for _, title in offered.choices] if offered else sent.content.get("options")
            found = await self._stored.inbox.get(self._uid, vote.chat, target.id, from_me=target.from_me)
        except StoreUnavailable:
            return None
        return None if found is None else found.shown.get("poll", {}).get("options")

    async def answered(self, event: MessageReceived) -> MessageReceived:
        """See `Sources`."""
        quoted = event.content.quoted.id if event.content.quoted else event.target.id if event.target else None
        said = event.content.message or ""
        if quoted is None:
            chats = [event.chat, *_addresses(event.from_number, event.from_lid)]
            offer = self._stored.offers.last(self._uid, chats)
            reply = answer_to(offer.content, said, offer.wa_id) if offer else None
        else:
            reply = await self._chosen(quoted, said)
        return event if reply is None else answered(event, reply)

    async def _chosen(self, wa_id: str, said: str) -> Reply | None:
        """What a text chooses of what the session's message offers."""
        try:
            row = await self._stored.messages.by_wa_id(self._uid, wa_id)
        except StoreUnavailable:
            return None
        offered = None if row is None else _offered(row)
        return None if offered is None else answer_to(offered, said, wa_id)


def _offered(row: OutboundMessage) -> Choosable | None:
    """What a message of ours offers in words, None when it offers nothing so."""
    if row.content.get("fallback") not in {"text", "poll"}:
        return None
    try:
        content = CONTENT.validate_python(row.content)
    except ValueError:  # a newer version wrote it
        return None
    return content if isinstance(content, Choosable) else None


def _unsealed(event: MessageReceived, message: Any, seal: Seal, secrets: Sequence[bytes]) -> MessageReceived:  # noqa: ANN401 - a protobuf
    senders = _addresses(event.from_number, event.from_lid)
    author = event.target
    authors = senders if author is None else _addresses(author.from_number, author.from_lid)
    plain = opened(seal, secrets, authors, senders)
    return event if plain is None else from_whatsapp.opened(event, message, plain) or event


def _addresses(number: str | None, lid: str | None) -> list[str]:
    """Those that a person may be named by, the likeliest first."""
    return [address for address in (lid, f"{number}@{PHONE}" if number else None) if address is not None]
