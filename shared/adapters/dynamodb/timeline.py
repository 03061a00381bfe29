"""The messages of one chat in DynamoDB: two local indexes by chat and time, of what arrived and of what was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.adapters.dynamodb.inbox_rows import expired, inbound_of, key_in
from shared.adapters.dynamodb.message_rows import is_kept, key_of, message_of
from shared.adapters.dynamodb.table import Row, Table
from shared.chats.heads import FIRST, LAST
from shared.chats.model import MOST_UNREAD, UNCOUNTED, Entry, place_of_sent, sent_before
from shared.messages.readable import readable

_MOST_OF_A_PAGE = 1_000
_READ_AT_ONCE = 25
"""Messages whose rows are read together: of the largest, 10 MB."""


class Placed(NamedTuple):
    """Where a message is, and how its row is read."""

    place: str
    key: dict[str, str]
    sent: bool


class DynamoTimeline:
    """Of the tables of inboxes and of messages."""

    def __init__(self, inbox: Table, messages: Table) -> None:
        self._inbox = inbox
        self._messages = messages

    async def places(
        self, session_uid: str, addresses: Sequence[str], limit: int, before: str = LAST, after: str = FIRST
    ) -> list[Placed]:
        """Where the newest messages between two places are, the newest first; so many at most."""
        found: list[Placed] = []
        for address in addresses:
            found += await self._arrived(session_uid, address, limit, before, after)
            found += await self._sent(session_uid, address, limit, before, after)
        return sorted(found, key=lambda placed: placed.place, reverse=True)[:limit]

    async def take(self, places: Sequence[Placed], take: Callable[[Entry, int], bool]) -> None:
        """Give the messages at these places, and the size of each, in this order, until it takes no more."""
        for start in range(0, len(places), _READ_AT_ONCE):
            some = places[start : start + _READ_AT_ONCE]
            arrived = await self._inbox.get_many([placed.key for placed in some if not placed.sent])
            sent = await self._messages.get_many([placed.key for placed in some if placed.sent])
            rows = {row["place"]: row for row in arrived} | {row["sk"]: row for row in sent}
            for placed in some:
                row = rows.get(placed.key["sk" if placed.sent else "place"])
                entry = None if row is None else _entry(row, sent=placed.sent)
                if row is not None and entry is not None and not take(entry, _size(row)):
                    return

    async def last_sent(self, session_uid: str, addresses: Sequence[str]) -> str | None:
        """The id of the newest message that was sent into a chat; None when none was."""
        found = [placed for each in addresses for placed in await self._sent(session_uid, each, 1, LAST, FIRST)]
        return max((placed.key["sk"] for placed in found), default=None)

    async def unread(self, session_uid: str, addresses: Sequence[str], seen: str) -> list[Placed]:
        """What nobody has read behind a place, and behind what was written on the phone; the newest first."""
        found: list[Placed] = []
        for address in addresses:
            query = self._inbox.query(*_between(session_uid, address, LAST, seen), index="by_chat", newest_first=True)
            async for row in query:
                position = _place_of(row)
                if row["place"].startswith("h#") or row.get("type") in UNCOUNTED:
                    continue
                if row.get("from_me"):
                    seen = max(seen, position)
                    break
                found.append(_placed(row))
                if len(found) >= MOST_UNREAD:
                    break
        return [placed for placed in found if placed.place > seen][:MOST_UNREAD]

    async def _arrived(self, session_uid: str, address: str, limit: int, before: str, after: str) -> list[Placed]:
        found: list[Placed] = []
        condition, values = _between(session_uid, address, before, after)
        async for row in self._inbox.query(
            condition, values, index="by_chat", newest_first=True, page=_page(limit + 2)
        ):
            if _place_of(row) not in {before, after} and row.get("type"):
                found.append(_placed(row))
            if len(found) == limit:
                break
        return found

    async def _sent(self, session_uid: str, address: str, limit: int, before: str, after: str) -> list[Placed]:
        first, last = sent_before(after), sent_before(before)
        values = {"pk": session_uid, "first": f"{address}#{first}", "last": f"{address}#{last}"}
        condition = "#pk = :pk AND #chat_place BETWEEN :first AND :last"
        found: list[Placed] = []
        async for row in self._messages.query(
            condition, values, index="by_chat", newest_first=True, page=_page(limit + 1)
        ):
            if row["sk"] != last:
                found.append(Placed(place_of_sent(row["sk"]), key_of(session_uid, row["sk"]), sent=True))
            if len(found) == limit:
                break
        return found


def _page(rows: int) -> int:
    return min(rows, _MOST_OF_A_PAGE)


def _between(session_uid: str, address: str, before: str, after: str) -> tuple[str, dict[str, str]]:
    values = {"session_uid": session_uid, "first": f"{address}#{after}", "last": f"{address}#{before}"}
    return "#session_uid = :session_uid AND #chat_place BETWEEN :first AND :last", values


def _place_of(row: Row) -> str:
    return row["chat_place"].rpartition("#")[2]


def _placed(row: Row) -> Placed:
    return Placed(_place_of(row), key_in(row), sent=False)


def _entry(row: Row, *, sent: bool) -> Entry | None:
    if sent:
        return readable(row, message_of, row["sk"]) if is_kept(row) else None
    return None if expired(row) else inbound_of(row)


def _size(row: Row) -> int:
    return sum(len(row.get(name, "")) for name in ("content", "raw", "changes"))
