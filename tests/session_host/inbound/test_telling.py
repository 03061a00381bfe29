"""What became of messages is told once, in order, whenever the process that tells it ends."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from session_host.inbound.applying import Inbound
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.inbound.telling import Telling, _next_pause
from session_host.session.chat_timers import ChatTimers
from shared.adapters.stores import Stores, open_stores
from shared.contracts.outcome_events import MessageEnded, MessagesEnded
from shared.errors import StoreUnavailable
from shared.events.parts import MOST
from shared.ids import new_message_id, now_ms
from shared.messages.model import Failure, MessageState
from shared.settings import StoreSettings
from tests.session_host.no_resends import no_resends
from tests.session_host.own_shard import ALL_HERE
from tests.shared.adapters.contracts.samples import a_message

OWN_LID, LID = "1@lid", "2@lid"


class Held:
    """`session_host.inbound.telling.Senders`."""

    def uids(self) -> Collection[str]:
        return {"ses_1", "ses_2"}

    def lids(self, session_uid: str, sender: str | None, to: str) -> tuple[str | None, str | None]:
        return (
            OWN_LID if sender == "628111" else None,
            LID if to == "628123456789@s.whatsapp.net" and session_uid else None,
        )


class Process:
    """A journal and what works on it: what one life of a shard has."""

    def __init__(self, stores: Stores, file: Path) -> None:
        self.stores = stores
        loop = asyncio.get_running_loop()
        wake = lambda: loop.call_soon_threadsafe(self.inbound.wake)  # noqa: E731
        self.journal = Journal(file, synchronous="NORMAL", on_append=wake)
        self.telling = Telling(self.journal, stores.outcomes, Held())
        receipts, timers = Receipts(stores.messages, lambda _: NO_SENDS), ChatTimers(stores.messages)
        self.inbound = Inbound(
            self.journal, stores.inbox, receipts, ALL_HERE, no_resends(stores), timers, telling=self.telling
        )

    async def tell(self, *uids: str) -> int:
        """How many outcomes."""
        return sum(await self.telling.tell(uids or ("ses_1",)))

    def close(self) -> None:
        self.telling.close()
        self.inbound.close()
        self.journal.close()

    def told(self) -> list[MessageEnded]:
        """What is to be published, in its order."""
        entries = [entry.parse() for entry in self.journal.read("published", after=0, limit=100)]
        return [
            end
            for entry in entries
            if isinstance(entry, MessagesEnded)
            for end in map(MessageEnded.model_validate, entry.ends)
        ]


class Lives:
    """One process after the other, on the same disk."""

    def __init__(self, stores: Stores, file: Path) -> None:
        self.stores = stores
        self._file = file
        self._stack = ExitStack()
        self.now = self.begin()

    def begin(self) -> Process:
        """The one before is gone, as it was."""
        self._stack.close()
        self.now = self._stack.enter_context(closing(Process(self.stores, self._file)))
        return self.now

    def end(self) -> None:
        self._stack.close()


@pytest.fixture
async def lives(tmp_path: Path) -> AsyncIterator[Lives]:
    async with open_stores(StoreSettings(data_dir=tmp_path / "data")) as stores:
        made = Lives(stores, tmp_path / "0.db")
        yield made
        made.end()


async def ended(stores: Stores, state: MessageState = MessageState.SENT, uid: str = "ses_1", **says: object) -> str:
    """A message that came into this state."""
    row = a_message(uid, id=new_message_id(), state=MessageState.SENDING, epoch=1, sender="628111")
    await stores.messages.accept(row)
    values = {"wa_id": f"WA-{row.id}"} if state is MessageState.SENT else {}
    assert await stores.messages.advance(row.id, state, now=5_000, **(values | says))  # type: ignore[arg-type]
    written = now_ms()
    while now_ms() == written:  # what comes within one millisecond has no order
        await asyncio.sleep(0)
    return row.id


async def test_outcomes_of_a_session_are_one_entry_with_all_that_is_told(lives: Lives) -> None:
    """In the order in which they came, each with who, where and why; and the marks are gone once it is applied."""
    sent = await ended(lives.stores)
    failed = await ended(lives.stores, MessageState.FAILED, failure=Failure("WA_REFUSED", "no", {"waCode": 463}))
    unknown = await ended(lives.stores, MessageState.UNKNOWN, uid="ses_2")
    assert await lives.now.tell("ses_1", "ses_2") == 3
    assert lives.now.journal.waiting("published") == 2
    first, second, third = lives.now.told()
    assert (first.message_id, first.state, first.wa_id, first.timestamp) == (sent, "sent", f"WA-{sent}", 5)
    assert (first.chat, first.chat_lid, first.sender, first.sender_lid) == (
        "628123456789@s.whatsapp.net", LID, "628111", OWN_LID,
    )  # fmt: skip
    assert (second.message_id, second.state, second.timestamp) == (failed, "failed", None)
    assert second.why is not None
    assert (second.why.code, second.why.details) == ("WA_REFUSED", {"waCode": 463})
    assert (third.message_id, third.state, third.why) == (unknown, "unknown", None)
    await lives.now.inbound.apply()
    assert await lives.stores.outcomes.untold(["ses_1", "ses_2"], limit=9) == []
    assert await lives.now.tell("ses_1", "ses_2") == 0


async def test_who_ends_before_it_is_told_leaves_it_to_the_next(lives: Lives) -> None:
    """The mark is in the row by the write of the outcome itself."""
    sent = await ended(lives.stores)
    lives.begin()
    assert await lives.now.tell() == 1
    assert [end.message_id for end in lives.now.told()] == [sent]


async def test_who_ends_between_the_journal_and_the_mark_tells_it_once(lives: Lives) -> None:
    """The next process knows its journal, also when it is to tell before that is applied, and newer ones besides."""
    sent = await ended(lives.stores)
    assert await lives.now.tell() == 1
    lives.begin()
    later = await ended(lives.stores)
    assert await lives.now.tell() == 1
    assert [end.message_id for end in lives.now.told()] == [sent, later]
    lives.begin()
    assert await lives.now.tell() == 0
    await lives.now.inbound.apply()
    assert await lives.stores.outcomes.untold(["ses_1"], limit=9) == []
    assert await lives.now.tell() == 0
    assert [end.message_id for end in lives.now.told()] == [sent, later]


async def test_who_ends_between_the_mark_and_the_note_of_it_tells_it_once(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is gone, and the journal does not know: applying it again changes nothing."""
    sent = await ended(lives.stores)
    assert await lives.now.tell() == 1

    def dies(*_: object) -> None:
        raise JournalUnwritable("the process is gone")

    monkeypatch.setattr(lives.now.journal, "mark", dies)
    with pytest.raises(JournalUnwritable):
        await lives.now.inbound.apply()
    assert await lives.stores.outcomes.untold(["ses_1"], limit=9) == []
    lives.begin()
    later = await ended(lives.stores)
    assert await lives.now.tell() == 1
    await lives.now.inbound.apply()
    assert [end.message_id for end in lives.now.told()] == [sent, later]
    assert await lives.stores.outcomes.untold(["ses_1"], limit=9) == []


async def test_a_store_or_a_journal_that_is_away_costs_time_only(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is told by half, and the next try tells it once."""
    sent = await ended(lives.stores)
    with monkeypatch.context() as away:
        away.setattr(lives.now.journal, "append_all", lambda _: (_ for _ in ()).throw(JournalUnwritable("full")))
        with pytest.raises(JournalUnwritable):
            await lives.now.tell()
    assert await lives.now.tell() == 1

    async def refuses(*_: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as away:
        away.setattr(lives.stores.outcomes, "told", refuses)
        with pytest.raises(StoreUnavailable):
            await lives.now.inbound.apply()
    assert await lives.now.tell() == 0
    await lives.now.inbound.apply()
    assert [end.message_id for end in lives.now.told()] == [sent]
    assert await lives.stores.outcomes.untold(["ses_1"], limit=9) == []


async def test_what_was_unknown_and_is_settled_is_told_as_both(lives: Lives) -> None:
    """The receipt comes while the first one is on its way: taking away its mark leaves the new one."""
    unknown = await ended(lives.stores, MessageState.UNKNOWN, wa_id="WA1")
    assert await lives.now.tell() == 1
    assert await lives.stores.messages.settle("ses_1", "WA1", MessageState.READ, now=9_000)
    await lives.now.inbound.apply()
    assert await lives.now.tell() == 1
    assert [(end.message_id, end.state) for end in lives.now.told()] == [(unknown, "unknown"), (unknown, "sent")]


async def test_a_session_that_leaves_leaves_nothing_untold(lives: Lives) -> None:
    """Its next owner finds no mark, as long as this one's store and journal answer."""
    sent = await ended(lives.stores)
    running = asyncio.create_task(lives.now.inbound.run())
    try:
        await lives.now.telling.finish("ses_1")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await lives.stores.outcomes.untold(["ses_1"], limit=9) == []
    assert [end.message_id for end in lives.now.told()] == [sent]


async def test_it_tells_by_itself_what_it_is_rung_for_and_what_others_wrote(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon after the bell; of what nobody rang for, the API's own writes, now and then; and of no other's sessions."""
    monkeypatch.setattr(lives.stores.outcomes, "looks_apart", 0.2, raising=False)
    tasks = [asyncio.create_task(work) for work in (lives.now.inbound.run(), lives.now.telling.run())]
    try:
        async with asyncio.timeout(20):
            first = await ended(lives.stores)
            lives.now.telling.ring("ses_1")
            while not lives.now.told():
                await asyncio.sleep(0.01)
            await ended(lives.stores, uid="ses_of_another_shard")
            second = await ended(lives.stores, MessageState.FAILED, failure=Failure("NO_HOST", "nobody"))
            while len(lives.now.told()) < 2:
                await asyncio.sleep(0.01)
            while await lives.stores.outcomes.untold(["ses_1"], limit=9):
                await asyncio.sleep(0.01)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert [end.message_id for end in lives.now.told()] == [first, second]
    assert len(await lives.stores.outcomes.untold(["ses_of_another_shard"], limit=9)) == 1


@pytest.mark.parametrize(
    ("pause", "told", "seconds", "next_pause"),
    [
        (2.0, [1], 5.0, 0.05),
        (0.05, [1, 1, 1, 1], 0.05, 0.1),
        (1.6, [4] * 20, 1.7, 2.0),
        (1.0, [17] * 20, 1.1, 1.0),
        (0.05, [20], 0.05, 0.05),
    ],
    ids=["few", "many sessions", "many and long already", "many in each", "one busy session"],
)
def test_more_is_gathered_only_while_many_sessions_send(
    pause: float, told: list[int], seconds: float, next_pause: float
) -> None:
    """Who sends little hears of it at once; where much is sent an entry has several outcomes."""
    assert _next_pause(pause, told, seconds) == next_pause


async def test_more_than_fit_into_one_entry_are_told_in_several(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    """It rings for itself as long as there may be more."""
    monkeypatch.setattr("session_host.inbound.telling.MOST", 2)
    assert MOST > 2
    ids = [await ended(lives.stores) for _ in range(5)]
    while await lives.now.tell():
        await lives.now.inbound.apply()
    assert sorted(end.message_id for end in lives.now.told()) == sorted(ids)
