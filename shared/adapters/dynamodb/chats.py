"""Chats in DynamoDB: a row for each chat in which something arrived, among the messages of its session's inbox.

It holds where the newest is, so that all chats of a session are one query. A chat into which only this gateway has
written has no such row: it is not listed, but its messages are there by its name. Nothing is searched but names.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from shared.adapters.dynamodb.chat_rows import ChatRows, known_of
from shared.adapters.dynamodb.inbox_marks import place_of as mark_of
from shared.adapters.dynamodb.inbox_rows import inbound_of
from shared.adapters.dynamodb.table import Table
from shared.adapters.dynamodb.timeline import DynamoTimeline, Placed
from shared.chats.heads import LAST, Head, Known, kept_on_phone, put_together
from shared.chats.model import Chat, ChatFacts, ChatsPage, Entry, TimelinePage, in_chat, place_of
from shared.chats.ports import Drop
from shared.errors import NotSupported
from shared.jids import LID
from shared.messages.paging import FillingPage
from shared.messages.received import InboundMessage

_AT_ONCE = 10
"""Chats that are looked at side by side: each takes some requests."""
_REMOVED_AT_ONCE = 100


class DynamoChats:
    """`shared.chats.ports.Chats`."""

    def __init__(self, inbox: Table, messages: Table, *, kept_days: int = 90) -> None:
        """What is known of a chat goes so many days after something was last told of it."""
        self._inbox = inbox
        self._rows = ChatRows(inbox, kept_days * 86_400)
        self._timeline = DynamoTimeline(inbox, messages)

    async def learn(self, session_uid: str, facts: Sequence[ChatFacts]) -> None:
        """Keep what is told of chats; see the port."""
        for fact in facts:
            await self._rows.tell(
                session_uid, fact.chat, {"name": fact.name, "lid": fact.lid, "on_phone": kept_on_phone(fact)}
            )

    async def addresses(self, session_uid: str, chat: str) -> tuple[str, ...]:
        """See the port."""
        return (await self._head(session_uid, chat)).addresses

    async def page(
        self, session_uid: str, *, limit: int, before: str | None = None, search: str | None = None
    ) -> ChatsPage:
        """Chats by what arrived in them last; see the port."""
        rows = [row async for row in self._rows.all_of(session_uid)]
        arrived = [(known_of(row).address, row["last"]) for row in rows if "last" in row]
        wanted = [
            head
            for head in put_together(map(known_of, rows), arrived)
            if (before is None or head.last < before) and (search is None or head.is_meant(search))
        ]
        found: list[Chat] = []
        last: str | None = None
        while wanted and len(found) < limit:
            some, wanted = wanted[: min(_AT_ONCE, limit - len(found))], wanted[min(_AT_ONCE, limit - len(found)) :]
            chats = await asyncio.gather(*(self._chat(session_uid, head) for head in some))
            found += [chat for chat in chats if chat is not None]
            last = some[-1].last
        return ChatsPage(tuple(found), last if wanted else None)

    async def get(self, session_uid: str, chat: str) -> Chat | None:
        """A chat; None when there is no message in it."""
        return await self._chat(session_uid, await self._head(session_uid, chat))

    async def messages(self, session_uid: str, chat: str, *, limit: int, before: str | None = None) -> TimelinePage:
        """Messages of a chat, the newest first, older than the cursor when one is given."""
        head, filling = await self._head(session_uid, chat), FillingPage[Entry](limit)
        places = await self._timeline.places(session_uid, head.addresses, limit + 1, before or LAST, head.removed)
        await self._timeline.take(places, lambda entry, size: filling.take(in_chat(head.chat, entry), size))
        return TimelinePage(tuple(filling.messages), filling.next(place_of))

    async def unread(self, session_uid: str, chat: str) -> list[InboundMessage]:
        """Those messages of a chat that count as unread, the newest first."""
        head = await self._head(session_uid, chat)
        found: list[InboundMessage] = []

        def take(entry: Entry, _: int) -> bool:
            if isinstance(entry, InboundMessage):
                found.append(entry)
            return True

        seen = await self._seen(session_uid, head)
        await self._timeline.take(await self._timeline.unread(session_uid, head.addresses, seen), take)
        return found

    async def mark_read(self, session_uid: str, chat: str, upto: str) -> None:
        """Note that everything in a chat up to this place was read."""
        await self._rows.mark(session_uid, (await self._head(session_uid, chat)).chat, "read_upto", upto)

    async def remove(self, session_uid: str, chat: str, upto: str, drop: Drop) -> None:
        """Remove a chat up to this place; see the port."""
        addresses = await self.addresses(session_uid, chat)
        for address in addresses:
            await self._rows.mark(session_uid, address, "removed_upto", upto)
            await self._rows.forget_names(session_uid, address)
        places = await self._timeline.places(session_uid, addresses, sys.maxsize, upto)
        arrived = [placed for placed in places if not placed.sent]
        for start in range(0, len(arrived), _REMOVED_AT_ONCE):
            await self._remove(arrived[start : start + _REMOVED_AT_ONCE], drop)

    async def search(self, session_uid: str, text: str, **_asked: object) -> TimelinePage:  # noqa: ARG002 - no row is read
        """Not possible: DynamoDB would have to read every message. Raises NotSupported."""
        raise NotSupported(
            "Searching messages is not possible where they are kept in DynamoDB, which finds rows by their keys alone. "
            "Read a chat with GET /api/chats/{chat}/messages, or index what GET /api/events tells."
        )

    async def make_searchable(self, session_uid: str) -> bool:  # noqa: ARG002 - see `search`
        """Nothing, since it is not possible."""
        return False

    async def clear(self, session_uid: str) -> None:
        """Forget names and what was read; what was removed stays so."""
        await self._rows.clear(session_uid, all_of=False)

    async def delete_of(self, session_uid: str) -> None:
        """Forget everything of a session. May be repeated."""
        await self._rows.clear(session_uid, all_of=True)

    async def _head(self, session_uid: str, address: str) -> Head:
        """What is known of a chat, by any of its addresses."""
        known = await self._known(session_uid, address)
        if known.lid is None and address.endswith(f"@{LID}"):
            async for row in self._rows.all_of(session_uid):
                if row.get("lid") == address:
                    known = known_of(row)
                    break
        head = Head(known.address)
        head.told(known)
        for other in head.addresses[1:]:
            head.told(await self._known(session_uid, other))
        return head

    async def _known(self, session_uid: str, address: str) -> Known:
        row = await self._rows.get(session_uid, address)
        return Known(address) if row is None else known_of(row)

    async def _seen(self, session_uid: str, head: Head) -> str:
        """Behind which place everything is unread that others wrote."""
        head.has(None, await self._timeline.last_sent(session_uid, head.addresses))
        return head.seen

    async def _chat(self, session_uid: str, head: Head) -> Chat | None:
        places = await self._timeline.places(session_uid, head.addresses, 1, after=head.removed)
        last: list[Entry] = []

        def take(entry: Entry, _: int) -> bool:
            last.append(in_chat(head.chat, entry))
            return False

        await self._timeline.take(places, take)
        if not last:
            return None
        unread = await self._timeline.unread(session_uid, head.addresses, await self._seen(session_uid, head))
        return Chat(head.chat, head.lid, head.called, len(unread), last[0], head.on_phone)

    async def _remove(self, arrived: Sequence[Placed], drop: Drop) -> None:
        rows = await self._inbox.get_many([placed.key for placed in arrived])
        messages = [inbound_of(row) for row in rows]
        await drop(
            [message.content["media"]["id"] for message in messages if message.content.get("media", {}).get("id")]
        )
        marks = [mark_of(each.session_uid, each.chat, each.id, from_me=each.from_me) for each in messages]
        await self._inbox.remove_many([*marks, *(placed.key for placed in arrived)])
