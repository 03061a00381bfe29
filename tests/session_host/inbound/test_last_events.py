"""What a shard received last is in the inbox when it stops: on a host whose disk goes with it, nothing else has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
import structlog

from session_host.inbound.applying import Inbound
from session_host.inbound.journal import Journal
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.session.chat_timers import ChatTimers
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown
from shared.errors import StoreUnavailable
from shared.settings import StoreSettings
from tests.session_host.no_resends import no_resends
from tests.session_host.own_shard import ALL_HERE

_COUNT = 1200


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield stores


@pytest.fixture
async def inbound(stores: Stores, tmp_path: Path) -> AsyncIterator[tuple[Inbound, Journal]]:
    """One that nobody runs, and a journal of more than one batch."""
    journal = Journal(tmp_path / "0.db", synchronous="NORMAL")
    for number in range(_COUNT):
        journal.append("ses_1", _message(number))
    receipts = Receipts(stores.messages, lambda _: NO_SENDS)
    made = Inbound(journal, stores.inbox, receipts, ALL_HERE, no_resends(stores), ChatTimers(stores.messages))
    with closing(journal), closing(made):
        yield made, journal


async def test_everything_is_applied_before_the_end(inbound: tuple[Inbound, Journal], stores: Stores) -> None:
    """However many batches it is, as long as there is time."""
    made, journal = inbound
    await made.finish(30)
    assert journal.waiting("applied") == 0
    page = await stores.inbox.newest("ses_1", limit=_COUNT + 1)
    assert len(page.messages) == _COUNT


async def test_the_end_waits_for_no_store(
    inbound: tuple[Inbound, Journal], stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is away, or does not answer: what could not be applied stays in the journal."""
    made, journal = inbound

    async def away(_: object) -> None:
        raise StoreUnavailable

    async def hangs(_: object) -> None:
        await asyncio.Event().wait()

    for append in (away, hangs):
        monkeypatch.setattr(stores.inbox, "append", append)
        async with asyncio.timeout(45):
            await made.finish(0.2)
    assert journal.waiting("applied") == _COUNT


def _message(number: int) -> MessageReceived:
    return MessageReceived(
        at=number, id=f"3EB0{number}", chat="628111@s.whatsapp.net", from_number="628111", from_lid=None,
        from_me=False, timestamp=1, type="text", content=Shown(message=str(number)),
    )  # fmt: skip


async def test_what_cannot_be_applied_is_not_quoted(inbound: tuple[Inbound, Journal], stores: Stores) -> None:
    """It is set aside with the reason; the log and the reason say nothing of what somebody wrote."""
    drain, journal = inbound
    secret = "a text that nobody may read in a log"  # noqa: S105 - of the tests
    body = orjson.dumps({"kind": "message_received", "at": 1, "id": ["not", "one"], "text": secret, "from_me": secret})
    journal._writer.execute("INSERT INTO entry (session_uid, event) VALUES ('ses_one', ?)", (body,))
    with structlog.testing.capture_logs() as logged:
        while await drain.apply():
            pass
    assert [line["event"] for line in logged] == ["event_set_aside"]
    ((why,),) = journal._reader.execute("SELECT set_aside FROM entry WHERE set_aside IS NOT NULL").fetchall()
    assert "from_me" in why
    assert secret not in why + str(logged)
    assert (await stores.inbox.newest("ses_one", limit=1)).messages == ()
