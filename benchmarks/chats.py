"""How long a session's chats take to be listed, read and searched: `python -m benchmarks.chats`.

A gateway with the sandbox runs, with one session whose store has so many chats and messages, all of them with a text of
some words. Times are those of whole requests, one after the other. The index of words is measured by its first search
and by what it adds to the database.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.gateway import Gateway, running
from shared.adapters.stores import Stores, open_stores
from shared.chats.model import ChatFacts
from shared.ids import new_message_id, now_ms
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.received import InboundMessage
from shared.settings import StoreSettings

_AT_ONCE = 500
_WORDS = 3_000
"""How many different ones there are, the first ones often, as in a language."""
_DAY = 86_400_000
_BY_NUMBER = "@s.whatsapp.net"


async def main(chats: int, messages: int, sent: int, rounds: int) -> None:
    """Fill a store, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        async with running(data) as gateway:
            await gateway.log_in("default", "628100000001")
            async with open_stores(StoreSettings(data_dir=data)) as stores:
                texts = await _fill(stores, data, chats, messages, sent)
            print(f"{chats} chats, {messages} messages that arrived, {sent} sent")
            await _measure(gateway, data, texts, rounds)


async def _measure(gateway: Gateway, data: Path, texts: list[str], rounds: int) -> None:
    async def page(path: str, **query: str | int) -> dict[str, Any]:
        return await gateway.call("GET", path, params={name: str(value) for name, value in query.items()})

    pages = [{"limit": 50}]
    while (following := (await page("/api/chats", **pages[-1]))["next"]) is not None:
        pages.append({"limit": 50, "after": following})
    choice = random.Random(1)  # noqa: S311 - the same again
    await _timed("a page of 50 chats", rounds, lambda: page("/api/chats", **choice.choice(pages)))
    await _timed("a page of 100 chats", rounds, lambda: page("/api/chats", limit=100))
    await _timed("chats by a name", rounds, lambda: page("/api/chats", limit=50, search="person 7"))
    await _timed("50 messages of a chat", rounds, lambda: page(f"/api/chats/{_number(choice.randrange(10))}/messages"))
    before, begun = _size(data), time.perf_counter()
    await page("/api/search", q="first")
    took = time.perf_counter() - begun
    print(f"{'the first search':32}{took * 1e3:9.0f} ms, {(_size(data) - before) / 1e6:.1f} MB more on disk")
    await _timed("search of a frequent word", rounds, lambda: page("/api/search", q="w1"))
    await _timed("search of a rare word", rounds, lambda: page("/api/search", q=f"w{choice.randrange(_WORDS)}"))
    await _timed(
        "search of two words", rounds, lambda: page("/api/search", q=" ".join(choice.choice(texts).split()[:2]))
    )
    await _timed("search of the beginning of many", rounds, lambda: page("/api/search", q="w"))
    await _timed("search of nothing that is there", rounds, lambda: page("/api/search", q="nobody said that"))


async def _timed(what: str, rounds: int, ask: Callable[[], Awaitable[Any]]) -> None:
    took: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begun) * 1e3)
    took.sort()
    print(f"{what:32}{statistics.median(took):9.1f} ms p50 {took[int(len(took) * 0.95)]:7.1f} ms p95")


async def _fill(stores: Stores, data: Path, chats: int, messages: int, sent: int) -> list[str]:
    """Put the messages there; their texts."""
    with closing(sqlite3.connect(data / "wagate.db")) as rows:
        uid, key_id = rows.execute("SELECT uid, key_id FROM sessions").fetchone()
    choice = random.Random(0)  # noqa: S311 - the same again
    texts = [_text(choice) for _ in range(messages)]
    begun = now_ms() - _DAY
    arrivals = [_arrival(uid, place, place % chats, text, begun) for place, text in enumerate(texts)]
    for start in range(0, messages, _AT_ONCE):
        await stores.inbox.append(arrivals[start : start + _AT_ONCE])
    for place in range(sent):
        await stores.messages.accept(_sent(uid, key_id, place % chats, _text(choice)))
    await stores.chats.learn(uid, [ChatFacts(_number(place) + _BY_NUMBER, f"Person {place}") for place in range(chats)])
    return texts


def _text(choice: random.Random) -> str:
    return " ".join(f"w{min(int(choice.paretovariate(0.6)), _WORDS)}" for _ in range(8))


def _number(place: int) -> str:
    return f"6285{place:08d}"


def _arrival(uid: str, place: int, chat: int, text: str, begun: int) -> InboundMessage:
    return InboundMessage(
        session_uid=uid,
        position=f"{begun + place:013d}-{place:012d}",
        id=f"3EB0{place:016X}",
        chat=_number(chat) + _BY_NUMBER,
        from_number=_number(chat),
        from_lid=f"9{_number(chat)}@lid",
        from_me=False,
        timestamp=(begun + place) // 1000,
        type="text",
        push_name=f"person {chat}",
        content={"message": text},
        raw=bytes(150),
    )


def _sent(uid: str, key_id: str, chat: int, text: str) -> OutboundMessage:
    now = now_ms()
    return OutboundMessage(
        id=new_message_id(),
        key_id=key_id,
        session_uid=uid,
        to=_number(chat) + _BY_NUMBER,
        content={"type": "text", "text": text},
        created_at=now,
        expires_at=now + _DAY,
        state=MessageState.SENT,
    )


def _size(data: Path) -> int:
    """Bytes of the database, what is written into it last included."""
    with closing(sqlite3.connect(data / "wagate.db")) as rows:
        (pages,), (size,) = (rows.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return pages * size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--sent", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    asyncio.run(main(given.chats, given.messages, given.sent, given.rounds))
