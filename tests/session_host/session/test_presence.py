"""One session's presence, with a WhatsApp whose answers the test decides."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from session_host.session.presence import Presence
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.own_questions import FollowedReply, FollowPresence, TellPresence, TellTyping
from shared.contracts.commands.command import Done
from shared.contracts.event import Person
from shared.contracts.people_events import PresenceChanged
from shared.errors import NoPushName, WhatsAppSilent
from shared.jids import PHONE, Jid
from tests.session_host.gateway_host import eventually

ANI, LID = Jid("628111111111", PHONE), "900000000000001@lid"
AT = 1_800_000_000


class Asked:
    """`session_host.session.presence.Asks`."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.raises: list[Exception] = []
        self.answers: list[PresenceChanged] = []
        """What WhatsApp tells when somebody is followed."""
        self.tell: Any = None

    async def ask(self, question: Any, *, within: float) -> Any:
        assert within > 0
        self.asked.append(question)
        if self.raises:
            raise self.raises.pop(0)
        if not isinstance(question, FollowPresence):
            return Done()
        for event in self.answers:
            self.tell(event)
        return FollowedReply(person=Person(number=ANI.user, lid=LID))


class Setting:
    """A presence, who is asked, and a clock that the test turns."""

    def __init__(self) -> None:
        self.now = float(AT)
        self.asked = Asked()
        self.presence = Presence(self.asked, lambda: self.now)
        self.asked.tell = self.presence.learn

    def changed(self, state: str, *, last_seen: int | None = None, number: str | None = None) -> PresenceChanged:
        """What WhatsApp tells of Ani, by LID alone unless a number is said."""
        who = Person(number=number, lid=LID)
        return PresenceChanged.model_validate(
            {"at": int(self.now) * 1000, "who": who, "state": state, "last_seen": last_seen}
        )


@pytest.fixture
async def setting() -> AsyncIterator[Setting]:
    made = Setting()
    yield made
    await made.presence.close()


async def test_somebody_is_followed_once_a_connection(setting: Setting) -> None:
    """What is told is remembered, also by LID; after a reconnection they are followed anew."""
    setting.asked.answers = [setting.changed("available")]
    assert (await setting.presence.of(ANI, within=5)).state == "available"
    setting.presence.learn(setting.changed("unavailable", last_seen=AT - 60))
    reply = await setting.presence.of(ANI, within=5)
    assert (reply.state, reply.last_seen, reply.at) == ("unavailable", AT - 60, AT)
    assert len(setting.asked.asked) == 1
    setting.presence.connected()
    setting.asked.answers = [setting.changed("available")]
    assert (await setting.presence.of(ANI, within=5)).state == "available"
    assert len(setting.asked.asked) == 2


async def test_silence_is_not_waited_for_long(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """WhatsApp owes nobody an answer: it is unknown then."""
    monkeypatch.setattr("session_host.session.presence.TOLD_WITHIN", 0.05)
    assert (await setting.presence.of(ANI, within=5)).state == "unknown"


async def test_who_writes_does_not_do_so_for_ever(setting: Setting) -> None:
    """Half a minute after the last word of it, it is taken for over; a pause ends it at once."""
    setting.asked.answers = [setting.changed("available"), setting.changed("recording")]
    assert (await setting.presence.of(ANI, within=5)).typing == "recording"
    setting.now += 31
    reply = await setting.presence.of(ANI, within=5)
    assert (reply.typing, reply.state) == (None, "available")
    setting.presence.learn(setting.changed("composing", number=ANI.user))
    assert (await setting.presence.of(ANI, within=5)).typing == "composing"
    setting.presence.learn(setting.changed("paused"))
    assert (await setting.presence.of(ANI, within=5)).typing is None


async def test_what_was_wanted_is_said_again(setting: Setting) -> None:
    """After a connection, also when WhatsApp is silent at first; what could not be said is not wanted."""
    setting.presence.connected()
    setting.asked.raises = [NoPushName()]
    with pytest.raises(NoPushName):
        await setting.presence.show(available=True, within=5)
    assert not setting.presence.available
    await setting.presence.show(available=True, within=5)
    setting.asked.asked.clear()
    setting.asked.raises = [WhatsAppSilent()]
    setting.presence.connected()

    async def said() -> bool:
        return setting.asked.asked == [TellPresence(available=True)] * 2

    await eventually(said)


async def test_writing_ends_once(setting: Setting) -> None:
    """Writing again puts the end off; stopping takes it away; a lost connection does no harm."""
    at = {"recording": False, "within": 5}
    await setting.presence.write(ANI, on=True, seconds=60, **at)
    await setting.presence.write(ANI, on=True, seconds=0, **at)
    ended = TellTyping(jid=str(ANI), on=False)

    async def over() -> bool:
        return setting.asked.asked.count(ended) == 1

    await eventually(over)
    await setting.presence.write(ANI, on=True, seconds=60, **at)
    await setting.presence.write(ANI, on=False, seconds=60, **at)
    assert setting.asked.asked.count(ended) == 2
    setting.asked.raises = [NotSent("gone")]
    await setting.presence.write_first(ANI, 0, recording=True)
    assert setting.asked.asked[-1] == TellTyping(jid=str(ANI), on=True, recording=True)
    await asyncio.wait_for(setting.presence.close(), 45)
