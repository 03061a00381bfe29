"""Held entries of a journal: completed, released in order, and never in the way for long."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from session_host.inbound import completing
from session_host.inbound.completing import Completing
from session_host.inbound.journal import Journal
from shared.contracts.events import MessageReceived, ReceiptReceived, Target
from shared.contracts.shown import Poll, Shown, Vote
from shared.poll_options import names_by_id
from tests.session_host.gateway_host import eventually

LID, NUMBER = "900100000000001@lid", "628123456789"


class Known:
    """What a session's library knows."""

    def __init__(self) -> None:
        self.numbers = {LID: NUMBER}
        self.asked: list[frozenset[str]] = []
        self.error: Exception | None = None
        self.options: dict[str, list[str]] = {}
        self.answers = asyncio.Event()
        self.answers.set()

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        self.asked.append(lids)
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return {lid: number for lid, number in self.numbers.items() if lid in lids}

    async def unsealed(self, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
        return [self._unsealed(event) if raw == b"openable" else event for event, raw in sealed]

    async def options_of(self, vote: MessageReceived) -> Sequence[str] | None:
        return self.options.get(vote.target.id) if vote.target else None

    async def answered(self, event: MessageReceived) -> MessageReceived:
        return event

    def _unsealed(self, event: MessageReceived) -> MessageReceived:
        if event.type == "vote":
            return event.model_copy(update={"sealed": False})
        target = Target(id="3EB0AA", from_me=False, from_number=event.from_number)
        return event.model_copy(
            update={"content": Shown(message="new", edited=True), "target": target, "sealed": False}
        )


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = Journal(tmp_path / "journal.db", synchronous="NORMAL")
    yield opened
    opened.close()


@pytest.fixture
def known() -> Known:
    return Known()


@pytest.fixture
async def work(journal: Journal, known: Known) -> AsyncIterator[Completing]:
    made = Completing(journal, lambda _: known)
    yield made
    made.close()


def by_lid(id_: str = "A", type_: str = "text") -> MessageReceived:
    return MessageReceived(
        at=1, id=id_, chat=LID, from_number=None, from_lid=LID, from_me=False, timestamp=1, type=type_
    )


def receipt() -> ReceiptReceived:
    return ReceiptReceived(at=1, message_ids=("A",), state="read", chat=LID, timestamp=1)


def waiting(journal: Journal) -> list[int]:
    """The numbers of what may be applied, which are those of what may be published."""
    numbers = [entry.seq for entry in journal.read("applied", after=0, limit=100)]
    assert numbers == [entry.seq for entry in journal.read("published", after=0, limit=100)]
    return numbers


async def test_what_is_held_holds_up_what_comes_after_it(journal: Journal, work: Completing) -> None:
    """Neither is applied or published before it is complete; then both are, in their order, as the same event."""
    journal.append("ses_1", by_lid("first"), b"raw")
    journal.append("ses_1", by_lid("held"), b"raw", held=True)
    journal.append("ses_2", receipt(), held=True)
    journal.append("ses_1", by_lid("last"))
    assert waiting(journal) == [1]
    assert await work.complete()
    assert waiting(journal) == [1, 2, 3, 4]
    held, read = (journal.read("published", after=1, limit=2)[place].parse() for place in (0, 1))
    assert isinstance(held, MessageReceived)
    assert (held.id, held.from_number, held.chat) == ("held", NUMBER, f"{NUMBER}@s.whatsapp.net")
    assert isinstance(read, ReceiptReceived)
    assert read.chat == f"{NUMBER}@s.whatsapp.net"
    assert journal.read("applied", after=1, limit=1)[0].raw == b"raw"
    assert not await work.complete()


async def test_a_sealed_edit_is_opened_or_goes_on_as_it_is(journal: Journal, work: Completing) -> None:
    """With the number of its author, which is part of the key."""
    for raw in (b"openable", b"foreign"):
        edit = by_lid(type_="edit").model_copy(update={"sealed": True})
        journal.append("ses_1", edit, raw, held=True)
    await work.complete()
    opened, sealed = (entry.parse() for entry in journal.read("applied", after=0, limit=9))
    assert isinstance(opened, MessageReceived)
    assert opened.target == Target(id="3EB0AA", from_me=False, from_number=NUMBER)
    assert isinstance(sealed, MessageReceived)
    assert (sealed.sealed, sealed.target, sealed.from_number) == (True, None, NUMBER)


@pytest.mark.parametrize("known_by", ["store", "journal", "nobody"])
async def test_a_vote_names_the_options_of_its_poll(
    journal: Journal, work: Completing, known: Known, known_by: str
) -> None:
    """Of one that is stored, or written down a moment ago and not applied yet."""
    options = ("Rice", "Noodles")
    if known_by == "store":
        known.options["3EB0AA"] = list(options)
    elif known_by == "journal":
        poll = Shown(poll=Poll(question="Lunch?", options=options))
        journal.append("ses_2", by_lid("3EB0AA", "poll"))
        journal.append("ses_1", by_lid("3EB0AA", "poll").model_copy(update={"content": poll}))
    target = Target(id="3EB0AA", from_me=False, choices=(*names_by_id(["Soup", "Noodles"]),))
    vote = {"sealed": True, "target": target, "content": Shown(vote=Vote(message_id="3EB0AA"))}
    journal.append("ses_1", by_lid(type_="vote").model_copy(update=vote), b"openable", held=True)
    await work.complete()
    cast = journal.read("applied", after=0, limit=9)[-1].parse()
    assert isinstance(cast, MessageReceived)
    assert cast.content.vote is not None
    assert (cast.content.vote.options, cast.content.message) == (
        (None, None) if known_by == "nobody" else (("Noodles",), "Noodles")
    )


@pytest.mark.parametrize("trouble", ["error", "hangs"])
async def test_who_does_not_answer_holds_nothing_up(
    journal: Journal, work: Completing, known: Known, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that fails or hangs: after a while the event goes on as it was."""
    monkeypatch.setattr(completing, "_WITHIN", 0.1)
    if trouble == "error":
        known.error = OSError("no such file")
    else:
        known.answers.clear()
    journal.append("ses_1", by_lid(), held=True)
    await work.complete()
    assert [entry.parse() for entry in journal.read("applied", after=0, limit=9)] == [by_lid()]


async def test_what_an_earlier_process_held_is_completed(tmp_path: Path, known: Known) -> None:
    """It died between the callback and the answer; an entry that no version understands is released too."""
    path = tmp_path / "journal.db"
    journal = Journal(path, synchronous="NORMAL")
    journal.append("ses_1", by_lid(), held=True)
    journal.append("ses_1", by_lid(), held=True)
    journal._writer.execute("UPDATE entry SET event = x'7b7d' WHERE seq = 2")
    journal.close()
    journal = Journal(path, synchronous="NORMAL")
    work = Completing(journal, lambda _: known)
    running = asyncio.create_task(work.run())

    async def released() -> bool:
        return len(journal.read("published", after=0, limit=9)) == 2

    await eventually(released)
    assert waiting(journal) == [1, 2]
    event = journal.read("applied", after=0, limit=1)[0].parse()
    assert isinstance(event, MessageReceived)
    assert event.from_number == NUMBER
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    work.close()
    journal.close()
