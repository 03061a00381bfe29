"""What the writer's thread does by itself for a message (`shared.messages.ports.ThreadedMessages`)."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from shared.errors import IdempotencyKeyReused, StoreUnavailable
from shared.messages.model import Accepted, Idempotency, MessageState, OutboundMessage
from shared.messages.ports import ThreadedMessages
from tests.shared.adapters.contracts.samples import a_message, an_idempotency

SENDING, SENT = MessageState.SENDING, MessageState.SENT


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "wagate.db")
    yield opened
    await opened.close()


def a_claim(epoch: int = 1) -> OutboundMessage:
    return a_message(state=SENDING, epoch=epoch, times={MessageState.ACCEPTED: 1, SENDING: 2})


async def told(begin: Callable[[Callable[..., None]], None]) -> Any:
    """What a write told on its thread."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[Any] = loop.create_future()

    def then(result: object, error: Exception | None) -> None:
        assert threading.current_thread() is not threading.main_thread()
        if error is None:
            loop.call_soon_threadsafe(came.set_result, result)
        else:
            loop.call_soon_threadsafe(came.set_exception, error)

    begin(then)
    async with asyncio.timeout(60):
        return await came


async def claim(messages: SqliteMessages, row: OutboundMessage, key: Idempotency | None = None) -> Accepted:
    accepted: Accepted = await told(lambda then: messages.begin(row, key, then))
    return accepted


async def finish(messages: SqliteMessages, row: OutboundMessage) -> bool:
    times = {**row.times, SENT: 3_000}
    written: bool = await told(lambda then: messages.finish(row, f"WA-{row.id}", times, then))
    return written


async def test_a_claim_does_what_accept_does(database: Database) -> None:
    """A new row, the one that is there under its id, an earlier one of the same request, or the key's error."""
    messages = SqliteMessages(database)
    assert isinstance(messages, ThreadedMessages)
    row, key = a_claim(), an_idempotency("same")
    first, again = await claim(messages, row, key), await claim(messages, row, key)
    other = await claim(messages, a_claim(), key)
    assert (first.created, again.created, other.created) == (True, False, False)
    assert first.message == again.message == other.message == await messages.get(row.id) == row
    with pytest.raises(IdempotencyKeyReused):
        await claim(messages, a_claim(), replace(key, body_hash="another"))


async def test_only_the_claim_itself_is_finished(database: Database) -> None:
    """Not one that another owner has, that was concluded, or that is not there; nothing else of the row changes."""
    messages = SqliteMessages(database)
    row, taken_over, concluded, absent = a_claim(), a_claim(), a_claim(), a_claim()
    for each in (row, taken_over, concluded):
        await claim(messages, each)
    await messages.advance(concluded.id, MessageState.UNKNOWN, now=5)
    finished = [await finish(messages, each) for each in (row, replace(taken_over, epoch=2), concluded, absent)]
    assert finished == [True, False, False, False]
    assert not await finish(messages, row)
    assert await messages.get(row.id) == replace(
        row, state=SENT, wa_id=f"WA-{row.id}", times={**row.times, SENT: 3_000}
    )
    states = [found.state for each in (taken_over, concluded) if (found := await messages.get(each.id))]
    assert states == [SENDING, MessageState.UNKNOWN]


async def test_a_closed_store_tells_so(tmp_path: Path) -> None:
    """Whoever begins a write after the end is not left waiting."""
    database = await Database.open(tmp_path / "closed.db")
    await database.close()
    errors = list[Exception | None]()
    SqliteMessages(database).begin(a_claim(), None, lambda _, error: errors.append(error))
    assert isinstance(errors[0], StoreUnavailable)


async def test_one_that_goes_on_badly_costs_no_other(database: Database) -> None:
    """What comes after a write is begun on the writer's thread: an error there does not end it."""
    messages = SqliteMessages(database)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    messages.begin(a_claim(), None, fails)
    assert (await claim(messages, a_claim())).created
