"""Number checks of one session, with a WhatsApp whose answers the test decides."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from session_host.session.lookups import Lookups
from session_host.session.numbers import NEGATIVE_FOR, POSITIVE_FOR, KnownNumbers
from session_host.whatsapp.client import LOOKUPS_AT_ONCE, NotLookedUp, NotSent, NumberCheck
from session_host.whatsapp.own_questions import LookUpNumbers
from shared.contracts.commands.contacts import NumberReply
from shared.contracts.commands.people import NumbersReply
from shared.errors import RateLimited, TooManyRequests, WhatsAppSilent
from shared.jids import LID, PHONE, Jid
from tests.session_host.gateway_host import eventually

HERE, GONE = "628111111111", "628999999999"


class Asked:
    """`session_host.session.lookups.Asked`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.absent = {GONE}
        self.met: set[str] = set()
        self.raises: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def check_number(self, number: str) -> NumberCheck:
        self.asked.append(number)
        await self.answers.wait()
        if self.raises is not None:
            raise self.raises
        there = number not in self.absent
        return NumberCheck(exists=there, jid=Jid(number, PHONE) if there else None, lid=None)

    async def acquainted(self, number: str) -> NumberCheck | None:
        return NumberCheck(exists=True, jid=Jid(number, PHONE), lid=Jid("9", LID)) if number in self.met else None


class Setting:
    """The checks of a session, and a clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.session = Asked()
        self.known = KnownNumbers(lambda: self.now)
        self.lookups = Lookups(self.known, self.session, lambda: self.now)

    def checks(self, numbers: list[str]) -> list[asyncio.Task[NumberCheck]]:
        return [asyncio.create_task(self.lookups.check(number, within=10)) for number in numbers]


@pytest.fixture
async def setting() -> AsyncIterator[Setting]:
    made = Setting()
    yield made
    await made.lookups.close()


@pytest.mark.parametrize(("number", "seconds"), [(HERE, POSITIVE_FOR), (GONE, NEGATIVE_FOR)])
async def test_an_answer_is_remembered_for_a_while(setting: Setting, number: str, seconds: float) -> None:
    """A "no" for minutes, a "yes" for hours; afterwards, and when it has to be fresh, WhatsApp is asked again."""
    first = await setting.lookups.check(number, within=10)
    setting.now = seconds - 1
    assert await setting.lookups.of_recipient(number) is first
    assert setting.session.asked == [number]
    assert await setting.lookups.check(number, within=10, fresh=True) is not first
    setting.now += seconds
    await setting.lookups.of_recipient(number)
    assert setting.session.asked == [number] * 3


async def test_a_fresh_yes_replaces_a_remembered_no(setting: Setting) -> None:
    """Whoever has just installed WhatsApp can be written to as soon as somebody has looked."""
    assert not (await setting.lookups.of_recipient(GONE)).exists
    setting.session.absent = set()
    assert not (await setting.lookups.of_recipient(GONE)).exists
    assert (await setting.lookups.check(GONE, within=10, fresh=True)).exists
    assert (await setting.lookups.of_recipient(GONE)).exists


async def test_a_number_is_asked_once_for_all_who_want_to_know(setting: Setting) -> None:
    """A hundred callers and a send are one question."""
    setting.session.answers.clear()
    checks = setting.checks([HERE] * 100)
    send = asyncio.create_task(setting.lookups.of_recipient(HERE))
    await eventually(lambda: _truth(setting.session.asked))
    setting.session.answers.set()
    assert {answer.exists for answer in await asyncio.gather(*checks, send)} == {True}
    assert setting.session.asked == [HERE]


async def test_callers_leave_room_for_sends(setting: Setting) -> None:
    """However many numbers are being checked, a few are asked at once, and a send's question is asked at once."""
    setting.session.answers.clear()
    checks = setting.checks([f"6281{place:08}" for place in range(116)])
    await eventually(lambda: _truth(len(setting.session.asked) == LOOKUPS_AT_ONCE // 2))
    send = asyncio.create_task(setting.lookups.of_recipient(HERE))
    await eventually(lambda: _truth(HERE in setting.session.asked))
    assert len(setting.session.asked) == LOOKUPS_AT_ONCE // 2 + 1
    setting.session.answers.set()
    assert {answer.exists for answer in await asyncio.gather(*checks, send)} == {True}


async def test_silence_has_a_deadline_and_hangs_in_few_places(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers and sends are told when to try again, nothing more is asked for a while, and a late answer counts."""
    monkeypatch.setattr("session_host.session.pauses.ANSWER_WITHIN", 0.05)
    setting.session.answers.clear()
    checks = setting.checks([f"6281{place:08}" for place in range(20)])
    results = await asyncio.gather(*checks[: LOOKUPS_AT_ONCE // 2], return_exceptions=True)
    assert {type(result) for result in results} == {WhatsAppSilent}
    with pytest.raises(WhatsAppSilent) as silent:
        await setting.lookups.of_recipient(HERE)
    assert silent.value.retry_after == pytest.approx(10)
    for _ in range(LOOKUPS_AT_ONCE):  # each after its pause, until as many hang as may
        setting.now += 1_000
        with pytest.raises(WhatsAppSilent):
            await setting.lookups.of_recipient(f"62899{setting.now:06.0f}")
    assert len(setting.session.asked) == LOOKUPS_AT_ONCE
    setting.session.answers.set()
    await eventually(lambda: _truth(setting.known.get(setting.session.asked[0])))
    assert (await setting.lookups.check(HERE, within=10)).exists
    await asyncio.gather(*checks, return_exceptions=True)


async def test_a_caller_whose_turn_does_not_come_is_told(setting: Setting) -> None:
    """Within the time he has."""
    setting.session.answers.clear()
    checks = setting.checks([f"6281{place:08}" for place in range(LOOKUPS_AT_ONCE // 2)])
    await eventually(lambda: _truth(len(setting.session.asked) == LOOKUPS_AT_ONCE // 2))
    with pytest.raises(TooManyRequests) as refused:
        await setting.lookups.check(HERE, within=0.05)
    assert refused.value.retry_after
    setting.session.answers.set()
    await asyncio.gather(*checks)
    assert (await setting.lookups.check(HERE, within=10)).exists


async def test_while_whatsapp_refuses_nothing_is_asked(setting: Setting) -> None:
    """For a minute, then twice as long each time, until it answers; whom the session has met can be written to."""
    setting.session.raises = NotLookedUp("rate-overlimit", code=429)
    setting.session.met = {"628222222222"}
    for times, pause in enumerate((60, 120, 240), start=1):
        with pytest.raises(RateLimited) as refused:
            await setting.lookups.check(HERE, within=10)
        assert refused.value.retry_after == pytest.approx(pause)
        setting.now += pause - 1
        with pytest.raises(RateLimited) as refused:
            await setting.lookups.of_recipient(HERE)
        assert refused.value.retry_after == pytest.approx(1)
        assert (await setting.lookups.of_recipient("628222222222")).lid == Jid("9", LID)
        assert len(setting.session.asked) == times
        setting.now += 1
    setting.session.raises = None
    assert (await setting.lookups.of_recipient(HERE)).exists
    setting.session.raises = NotLookedUp("rate-overlimit", code=429)
    with pytest.raises(RateLimited) as refused:
        await setting.lookups.check(GONE, within=10)
    assert refused.value.retry_after == pytest.approx(60)


async def test_a_lost_connection_is_not_taken_for_a_refusal(setting: Setting) -> None:
    """It is said as it is, and the next question is asked."""
    setting.session.raises = NotSent("the connection is down")
    for _ in range(2):
        with pytest.raises(NotSent):
            await setting.lookups.of_recipient(HERE)
    assert setting.session.asked == [HERE, HERE]


async def test_whoever_waits_when_the_session_ends_is_told(setting: Setting) -> None:
    """No question outlives its session."""
    setting.session.answers.clear()
    check = setting.checks([HERE])[0]
    await eventually(lambda: _truth(setting.session.asked))
    await setting.lookups.close()
    with pytest.raises(NotSent):
        await check


async def _truth(value: object) -> object:
    return value


class Many:
    """A client that looks many numbers up at once."""

    def __init__(self) -> None:
        self.questions: list[tuple[str, ...]] = []

    async def ask(self, question: LookUpNumbers) -> NumbersReply:
        self.questions.append(question.numbers)
        return NumbersReply(
            numbers=tuple(
                NumberReply(exists=True, jid=f"{number}@{PHONE}", lid=f"9{number}@{LID}", checked_at=1)
                for number in question.numbers
            )
        )


async def test_many_numbers_are_few_questions(setting: Setting) -> None:
    """A hundred in each, nobody twice, none that is remembered; all are remembered then."""
    many = Many()
    setting.session.connected_client = lambda: many
    first = await setting.lookups.check(HERE, within=10)
    numbers = [str(628_200_000_000 + count) for count in range(150)]
    found = await setting.lookups.check_all([HERE, *numbers, numbers[0]], within=10)
    assert [len(question) for question in many.questions] == [100, 50]
    assert found[HERE] is first
    assert found[numbers[0]].lid == Jid(f"9{numbers[0]}", LID)
    assert await setting.lookups.of_recipient(numbers[149]) is found[numbers[149]]
    await setting.lookups.check_all([HERE], within=10, fresh=True)
    assert many.questions[-1] == (HERE,)
