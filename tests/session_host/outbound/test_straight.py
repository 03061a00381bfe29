"""The straight way of a new message, and everything that can happen to it between two threads."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from session_host.whatsapp.client import InDoubt, NotSent, Sent
from shared.deadline import Deadline
from shared.errors import Disconnected, SenderChanged, SendUnknown, StoreUnavailable
from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus
from tests.session_host.gateway_host import eventually
from tests.session_host.outbound.scripted import Setting, running

_CALLED_WITHIN = 1.0
"""Seconds in which a message is claimed and handed over, also on a busy machine; what hangs then is given up."""


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    async with running(tmp_path, straight=True) as made:
        yield made


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    """What something waits for; set at the end."""
    event = threading.Event()
    yield event
    event.set()


class Held:
    """Has a write of the store begin only when it is told to, as behind a disk that hangs."""

    def __init__(self, setting: Setting, name: str, until: threading.Event, patch: pytest.MonkeyPatch) -> None:
        self.asked = False
        self._write: Callable[..., None] = getattr(setting.stores.messages, name)
        self._until = until
        self._later: list[threading.Thread] = []
        patch.setattr(setting.stores.messages, name, self._hold)

    def _hold(self, *what: object) -> None:
        self.asked = True
        self._later.append(threading.Thread(target=lambda: (self._until.wait(), self._write(*what)), daemon=True))
        self._later[-1].start()

    async def done(self, setting: Setting) -> None:
        """Return when what was held back is written."""
        self._until.set()
        for thread in self._later:
            await asyncio.to_thread(thread.join)
        await setting.stores.messages.purge(before=0)  # behind it in the writer's queue


async def test_the_loop_is_not_needed_between_the_claim_and_the_outcome(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is SENDING before the library is called, and SENT before anybody is told, by two writes of the store."""
    seen: list[object] = []
    messages = setting.stores.messages
    begin, finish = messages.begin, messages.finish  # type: ignore[attr-defined]

    def begins(row: object, key: object, then: Callable[..., None]) -> None:
        begin(row, key, lambda *came: (seen.append("claimed"), then(*came)))

    def finishes(*what: object) -> None:
        seen.append(list(setting.session.sent))
        then: Callable[..., None] = what[-1]  # type: ignore[assignment]
        finish(*what[:-1], lambda *came: (seen.append(came), then(*came)))

    monkeypatch.setattr(messages, "begin", begins)
    monkeypatch.setattr(messages, "finish", finishes)
    for name in ("accept", "advance"):
        monkeypatch.delattr(type(messages), name)
    command = setting.new()
    reply = await setting.send(command)
    assert (reply.state, reply.wa_id, reply.timestamp) == ("sent", f"WA-{command.message_id}", 1_700_000_000)
    assert seen == ["claimed", [command.message_id], (True, None)]
    row = await messages.get(command.message_id)
    assert row is not None
    assert (row.state, row.wa_id, row.times[MessageState.SENT]) == (MessageState.SENT, reply.wa_id, 1_700_000_000_000)
    assert set(row.times) == {MessageState.ACCEPTED, MessageState.SENDING, MessageState.SENT}


async def test_a_store_that_does_not_answer_a_claim_sends_nothing(
    setting: Setting, hold: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked is told; the claim that comes after all is nobody's call. Asked for again, it is sent, once."""
    setting.session.acknowledged_within = 0.05
    command = setting.new()
    with monkeypatch.context() as patch:
        held = Held(setting, "begin", hold, patch)
        with pytest.raises(StoreUnavailable):
            await setting.send(command)
        await held.done(setting)
    assert await setting.state(command) is MessageState.SENDING
    assert setting.session.sent == []
    setting.session.acknowledged_within = 20
    assert (await setting.send(command)).state == "sent"
    assert setting.session.sent == [command.message_id]


async def test_a_store_that_does_not_answer_an_outcome_is_asked_again(
    setting: Setting, hold: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WhatsApp has it: it is answered so, however long that took to write, and the late write changes nothing."""
    setting.session.acknowledged_within = _CALLED_WITHIN
    held = Held(setting, "finish", hold, monkeypatch)
    command = setting.new()
    assert (await setting.send(command)).wa_id == f"WA-{command.message_id}"
    assert await setting.state(command) is MessageState.SENT
    await held.done(setting)
    assert await setting.state(command) is MessageState.SENT


async def test_an_outcome_that_the_store_refused_is_written_by_the_loop(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full for a moment."""
    monkeypatch.setattr(setting.stores.messages, "finish", lambda *what: what[-1](None, StoreUnavailable()))
    command = setting.new()
    assert (await setting.send(command)).state == "sent"
    assert await setting.state(command) is MessageState.SENT


async def test_a_lease_that_is_lost_after_the_claim_keeps_the_call_back(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is handed over by who may not be the owner any more; renewed after all, it sends what it has taken."""
    begin = setting.stores.messages.begin  # type: ignore[attr-defined]

    def begins(row: object, key: object, then: Callable[..., None]) -> None:
        setting.may_begin = False
        begin(row, key, then)

    with monkeypatch.context() as patch:
        patch.setattr(setting.stores.messages, "begin", begins)
        command = setting.new()
        assert (await setting.send(command)).state == "sending"
    assert (await setting.state(command), setting.session.sent) == (MessageState.SENDING, [])
    setting.outbox.look()
    setting.may_begin = True
    setting.outbox.look()
    await eventually(lambda: setting.is_in(command, MessageState.SENT))
    assert setting.session.sent == [command.message_id]


async def test_another_number_does_not_send_what_was_claimed_for_the_one_before(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is paired anew while the store writes."""
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED, number="A")
    begin = setting.stores.messages.begin  # type: ignore[attr-defined]

    def begins(row: object, key: object, then: Callable[..., None]) -> None:
        setting.session.report = SessionReport(status=SessionStatus.CONNECTED, number="B")
        begin(row, key, then)

    monkeypatch.setattr(setting.stores.messages, "begin", begins)
    command = setting.new()
    with pytest.raises(SenderChanged):
        await setting.send(command)
    assert (await setting.state(command), setting.session.sent) == (MessageState.FAILED, [])


async def test_a_call_that_never_returns_is_unknown_and_stays_so(setting: Setting, hold: threading.Event) -> None:
    """What the library says when it lets go at last is not listened to; the next message is sent meanwhile."""
    setting.session.gate, setting.session.acknowledged_within = hold, _CALLED_WITHIN
    command, after = setting.new(), setting.new()
    with pytest.raises(SendUnknown):
        await setting.send(command)
    assert await setting.state(command) is MessageState.UNKNOWN
    setting.session.gate, setting.session.acknowledged_within = None, 20
    assert (await setting.send(after)).state == "sent"
    hold.set()
    assert (await setting.send(setting.new())).state == "sent"
    assert await setting.state(command) is MessageState.UNKNOWN


@pytest.mark.parametrize("raised", [InDoubt("no answer", wa_id="WA-1"), ValueError("a bug")])
async def test_a_call_that_fails_in_doubt_is_unknown(setting: Setting, raised: Exception) -> None:
    """Told now and when it is asked again, and sent no second time."""
    setting.session.raises = [raised]
    command = setting.new()
    for _ in range(2):
        with pytest.raises(SendUnknown):
            await setting.send(command)
    assert await setting.state(command) is MessageState.UNKNOWN
    assert setting.session.sent == [command.message_id]


async def test_a_connection_that_is_lost_before_the_claim_gets_a_row_that_says_so(setting: Setting) -> None:
    """The client refuses before the store was asked: the message goes the way of one that could not be sent."""

    async def lose(*_: object) -> Sent:
        setting.session.report = SessionReport(status=SessionStatus.RECONNECTING, since=0)
        raise NotSent("the socket is gone")

    setting.session.send = lose  # type: ignore[method-assign]
    command = setting.new()
    with pytest.raises(Disconnected):
        await setting.send(command)
    assert await setting.state(command) is MessageState.FAILED


async def test_a_stop_while_the_store_claims_hands_nothing_over(
    setting: Setting, hold: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is left to the next owner, whom the library's log tells that it never left."""
    held = Held(setting, "begin", hold, monkeypatch)
    command = setting.new()
    asking = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(held.asked))
    await setting.outbox.stop(Deadline.after(0), Deadline.after(5))
    assert (await asking).state == "accepted"
    await held.done(setting)
    assert (await setting.state(command), setting.session.sent) == (MessageState.SENDING, [])


async def test_a_stop_while_the_library_sends_is_unknown_and_stays_so(setting: Setting, hold: threading.Event) -> None:
    """The acknowledgement that comes too late is not written over what the next owner may have done since."""
    setting.session.gate = hold
    command = setting.new()
    asking = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.sent))
    await setting.outbox.stop(Deadline.after(0), Deadline.after(5))
    with pytest.raises(SendUnknown):
        await asking
    hold.set()
    assert await setting.session.threads.run(abs, -1) == 1
    assert await setting.state(command) is MessageState.UNKNOWN


async def test_a_stop_while_the_store_writes_the_outcome_still_says_sent(
    setting: Setting, hold: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WhatsApp had acknowledged it: that is known, and written within the time of the stop."""
    held = Held(setting, "finish", hold, monkeypatch)
    command = setting.new()
    asking = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(held.asked))
    await setting.outbox.stop(Deadline.after(0), Deadline.after(5))
    assert (await asking).wa_id == f"WA-{command.message_id}"
    await held.done(setting)
    assert await setting.state(command) is MessageState.SENT


async def _truth(value: object) -> bool:
    return bool(value)


async def test_an_outcome_and_the_next_claim_are_one_commit_while_others_wait(
    setting: Setting, hold: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten that are asked for at once the writer's thread finishes only the last by itself; all are sent in order."""
    messages = setting.stores.messages
    finished: list[str] = []
    finish = messages.finish  # type: ignore[attr-defined]

    def finishes(*what: object) -> None:
        finished.append(what[0].id)  # type: ignore[attr-defined]
        finish(*what)

    monkeypatch.setattr(messages, "finish", finishes)
    setting.session.gate = hold
    commands = [setting.new() for _ in range(10)]
    asking = [asyncio.create_task(setting.send(command)) for command in commands]
    await eventually(lambda: _truth(setting.outbox.waiting == len(commands) and setting.session.sent))
    hold.set()
    replies = await asyncio.gather(*asking)
    ids = [command.message_id for command in commands]
    assert [reply.wa_id for reply in replies] == [f"WA-{id_}" for id_ in ids]
    assert (setting.session.sent, finished) == (ids, ids[-1:])
    assert [await setting.state(command) for command in commands] == [MessageState.SENT] * 10
