"""Finds the message that another one answers or is about: in the inbox, or among what the session sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zstandard import decompress

from session_host.outbound.albums import album_of
from session_host.whatsapp.beside import Referred
from session_host.whatsapp.content.bare import bare, secret_in
from shared.ids import is_message_id
from shared.jids import LID, PHONE, Jid, is_group
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.ports import Inbox, Messages
from shared.messages.received import InboundMessage


class References:
    """Of one session."""

    def __init__(self, uid: str, messages: Messages, inbox: Inbox, secret_of: Callable[[str], bytes]) -> None:
        """`secret_of` gives the message secret of a message of ours, by the gateway's id."""
        self._uid = uid
        self._messages = messages
        self._inbox = inbox
        self._secret_of = secret_of

    async def find(self, chats: Sequence[str], message_id: str, me: Sequence[str]) -> Referred | None:
        """A message of a chat; None when it is neither in the inbox nor was it sent by the gateway.

        Args:
            chats: every address of the chat, first the one by which to speak of it.
            message_id: WhatsApp's id of it, or the gateway's.
            me: the session's own addresses, a LID first where it has one.

        Raises:
            StoreUnavailable: it cannot be looked up now.
        """
        row = await self._sent(message_id)
        if row is not None:
            return self._of_ours(row, chats[0], me) if row.to in chats else None
        for chat in chats:
            for from_me in (False, True):
                found = await self._inbox.get(self._uid, chat, message_id, from_me=from_me)
                if found is not None:
                    return _of_inbox(found, chats[0], me)
        return None

    async def album(self, album_id: str, chat: str, me: Sequence[str]) -> Referred | None:
        """The album that a message is part of; see `session_host.outbound.albums.album_of`."""
        return await album_of(self._messages, album_id, chat, _named(me, chat))

    async def _sent(self, message_id: str) -> OutboundMessage | None:
        if not is_message_id(message_id):
            return await self._messages.by_wa_id(self._uid, message_id)
        row = await self._messages.get(message_id)
        return row if row is not None and row.session_uid == self._uid and row.wa_id is not None else None

    def _of_ours(self, row: OutboundMessage, chat: str, me: Sequence[str]) -> Referred:
        return Referred(
            id=row.wa_id or "",
            chat=chat,
            type=row.content["type"],
            from_me=True,
            author=_named(me, chat),
            authors=tuple(me),
            message=bare(row.content),
            secret=self._secret_of(row.id),
            sent_at=row.times.get(MessageState.SENT, row.created_at),
        )


def _of_inbox(found: InboundMessage, chat: str, me: Sequence[str]) -> Referred:
    number = f"{found.from_number}@{PHONE}" if found.from_number else None
    authors = tuple(me) if found.from_me else tuple(each for each in (found.from_lid, number) if each)
    message = b"" if found.raw is None else decompress(found.raw)
    return Referred(
        id=found.id,
        chat=chat,
        type=found.type,
        from_me=found.from_me,
        author=_named(authors, chat),
        authors=authors,
        message=message,
        secret=secret_in(message),
        sent_at=found.timestamp * 1000,
        options=tuple(found.shown.get("poll", {}).get("options", ())),
    )


def _named(addresses: Sequence[str], chat: str) -> str:
    """The address of a person as a chat has it: numbers between two people, LIDs in groups."""
    server = Jid.parse(chat).server
    wanted = LID if is_group(chat) else server
    fitting = (address for address in addresses if address.endswith(f"@{wanted}"))
    return next(fitting, addresses[0] if addresses else "")
