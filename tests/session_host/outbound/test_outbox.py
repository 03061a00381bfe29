"""An outbox with real rows (SQLite) and a session whose answers the test decides."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog

from session_host.inbound.applying import Inbound
from session_host.inbound.journal import Journal
from session_host.inbound.receipts import Receipts
from session_host.outbound.jobs import Job
from session_host.outbound.outbox import _PAGE
from session_host.session.chat_timers import ChatTimers
from session_host.whatsapp.client import InDoubt, NotLookedUp, NotSent, QrCode, Sent
from shared.contracts.commands.messages import Send
from shared.contracts.events import MessageReceived, ReceiptReceived
from shared.deadline import Deadline
from shared.errors import (
    Disconnected,
    IdempotencyKeyReused,
    Internal,
    MessageExpired,
    NoHost,
    NumberNotOnWhatsApp,
    RateLimited,
    SenderChanged,
    SendUnknown,
    StoreUnavailable,
    WhatsAppRefused,
    WhatsAppSilent,
)
from shared.ids import now_ms
from shared.jids import PHONE, Jid
from shared.messages.model import Accepted, ChatTimer, Failure, Idempotency, MessageState, OutboundMessage
from shared.refusals import REFUSALS
from shared.sessions.model import SessionReport, SessionStatus
from tests.session_host.gateway_host import eventually
from tests.session_host.no_resends import no_resends
from tests.session_host.outbound.scripted import EPOCH, SECRET, UID, Setting, running
from tests.session_host.own_shard import ALL_HERE


@pytest.fixture(params=["straight", "step by step"])
async def setting(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setting]:
    """Whatever way a message goes, the same comes of it."""
    async with running(tmp_path, straight=request.param == "straight") as made:
        yield made


async def test_order_is_kept_and_a_number_is_checked_once(setting: Setting) -> None:
    """Messages leave in the order they were asked for; what is known of a number is not asked again."""
    commands = [await setting.accept() for _ in range(10)]
    replies = await asyncio.gather(*(setting.send(command) for command in commands))
    assert setting.session.sent == [command.message_id for command in commands]
    assert [reply.wa_id for reply in replies] == [f"WA-{command.message_id}" for command in commands]
    assert setting.session.checked == ["628111111111"]


async def test_asking_again_joins_the_send_under_way(setting: Setting) -> None:
    """A hundred requests for one message are one send, while it is under way and afterwards."""
    setting.session.gate = threading.Event()
    command = await setting.accept()
    asking = [asyncio.create_task(setting.send(command)) for _ in range(100)]
    await eventually(lambda: _truth(setting.session.sent))
    setting.session.gate.set()
    replies = [*await asyncio.gather(*asking), await setting.send(command)]
    assert len(setting.session.sent) == 1
    assert {(reply.state, reply.wa_id, reply.timestamp) for reply in replies} == {
        ("sent", f"WA-{command.message_id}", 1_700_000_000)
    }


async def test_a_message_that_is_not_in_the_store_is_put_there_as_it_is_sent(setting: Setting) -> None:
    """One write before it leaves: its row begins as SENDING of this epoch, and knows when it was accepted."""
    command = setting.new()
    setting.session.gate = threading.Event()
    asking = [asyncio.create_task(setting.send(command)) for _ in range(2)]
    await eventually(lambda: _truth(setting.session.sent))
    row = await setting.stores.messages.get(command.message_id)
    assert row is not None
    assert (row.state, row.epoch, row.session_uid, row.key_id) == (MessageState.SENDING, EPOCH, UID, "key_one")
    assert row.times[MessageState.ACCEPTED] == command.created_at
    setting.session.gate.set()
    assert {reply.wa_id for reply in await asyncio.gather(*asking)} == {f"WA-{command.message_id}"}
    assert setting.session.sent == [command.message_id]
    assert await setting.state(command) is MessageState.SENT


async def test_a_message_its_asker_has_stored_meanwhile_is_sent_once_or_not_at_all(setting: Setting) -> None:
    """The row decides: accepted by the asker it is sent, given up by the asker it is not."""
    waiting, given_up = setting.new(), setting.new()
    for command in (waiting, given_up):
        row = Job.of_command(command, UID, 0).new
        assert row is not None
        await setting.stores.messages.accept(row.row)
    await setting.stores.messages.advance(
        given_up.message_id, MessageState.FAILED, now=1, failure=Failure("NO_HOST", "nobody")
    )
    assert (await setting.send(waiting)).state == "sent"
    with pytest.raises(NoHost):
        await setting.send(given_up)
    assert setting.session.sent == [waiting.message_id]


async def test_a_new_message_whose_request_was_made_before_is_left_to_the_store(setting: Setting) -> None:
    """Its asker is told that it was not taken and finds the earlier one; another body under the key is refused."""
    first, again, other = (setting.new(same="k", body=body) for body in ("b", "b", "c"))
    assert (await setting.send(first)).state == "sent"
    assert (await setting.send(again)).state == "accepted"
    with pytest.raises(IdempotencyKeyReused):
        await setting.send(other)
    assert setting.session.sent == [first.message_id]
    assert await setting.stores.messages.get(again.message_id) is None


async def test_a_new_message_of_a_disconnected_session_gets_a_row_that_says_why(setting: Setting) -> None:
    """It failed, or waits for the connection when it may."""
    setting.session.report = SessionReport(status=SessionStatus.QR_READY, since=0)
    command, waiting = setting.new(), setting.new(queue=True)
    with pytest.raises(Disconnected) as refused:
        await setting.send(command)
    assert refused.value.details["id"] == command.message_id
    assert (await setting.send(waiting)).state == "queued"
    assert await setting.state(command) is MessageState.FAILED
    assert await setting.state(waiting) is MessageState.QUEUED


async def test_what_another_number_was_to_send_ends_with_a_reason(setting: Setting) -> None:
    """Rows in the store, asked for or found, queued or not; its own and nobody's go out, and are its own then."""
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED, number="B")
    asked, found = await setting.accept(sender="A"), await setting.accept(sender="A", queue=True, to="628222222222")
    own, anyones = await setting.accept(sender="B"), await setting.accept()
    with pytest.raises(SenderChanged):
        await setting.send(asked)
    setting.outbox.look()
    await eventually(lambda: setting.is_in(anyones, MessageState.SENT))
    for command, state, sender in (
        (asked, MessageState.FAILED, "A"), (found, MessageState.FAILED, "A"),
        (own, MessageState.SENT, "B"), (anyones, MessageState.SENT, "B"),
    ):  # fmt: skip
        row = await setting.stores.messages.get(command.message_id)
        assert row is not None
        assert (row.state, row.sender) == (state, sender)
    assert setting.session.sent == sorted([own.message_id, anyones.message_id])  # ids of one millisecond have any order
    assert "628222222222" not in setting.session.checked


@pytest.mark.parametrize("stored", [False, True])
async def test_what_was_taken_for_a_number_is_not_handed_over_by_the_next(setting: Setting, *, stored: bool) -> None:
    """It could not be sent when the connection was lost, and waits here: the session comes back as another number."""
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED, number="A")
    setting.session.raises = [NotSent("lost")]
    setting.session.gate = threading.Event()
    command = await setting.accept(queue=True) if stored else setting.new(queue=True)
    asking = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.sent))
    setting.session.report = SessionReport(status=SessionStatus.LOGGED_OUT)
    setting.session.gate.set()
    assert (await asking).state == "sending"
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED, number="B")
    setting.outbox.look()
    await eventually(lambda: setting.is_in(command, MessageState.FAILED))
    row = await setting.stores.messages.get(command.message_id)
    assert row is not None
    assert row.sender == "A"
    assert row.failure is not None
    assert row.failure.code == SenderChanged.code
    assert len(setting.session.sent) == 1


async def test_a_message_waits_for_the_number_it_was_accepted_for(setting: Setting) -> None:
    """A session that is not connected has one, or none yet."""
    setting.session.report = SessionReport(status=SessionStatus.STOPPED, number="A")
    new, accepted, for_nobody = setting.new(queue=True), await setting.accept(queue=True), setting.new(queue=True)
    await setting.send(new)
    await setting.send(accepted)
    setting.session.report = SessionReport(status=SessionStatus.QR_READY)
    await setting.send(for_nobody)
    rows = [await setting.stores.messages.get(command.message_id) for command in (new, accepted, for_nobody)]
    queued = MessageState.QUEUED
    assert [(row.state, row.sender) for row in rows if row] == [(queued, "A"), (queued, "A"), (queued, None)]


async def test_a_new_message_is_not_stored_behind_its_askers_back(setting: Setting, monkeypatch: Any) -> None:
    """Its asker is told when the store is away, and after its deadline has said what became of it: nothing is sent."""
    late, unlucky = setting.new(), setting.new()
    assert (await setting.outbox.send(late, until=setting.clock() - 1)).state == "accepted"
    assert await setting.stores.messages.get(late.message_id) is None

    async def away(*_: object) -> Accepted:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(setting.stores.messages, "accept", away)
        patch.setattr(setting.stores.messages, "begin", lambda _row, _key, then: then(None, StoreUnavailable()))
        with pytest.raises(StoreUnavailable) as refused:
            await setting.send(unlucky)
    assert "id" not in refused.value.details
    setting.outbox.look()
    assert (await setting.send(setting.new())).state == "sent"
    assert not {late.message_id, unlucky.message_id} & set(setting.session.sent)


@pytest.mark.parametrize("seen", [True, False], ids=["when it is looked at", "later"])
async def test_a_new_message_the_store_took_without_saying_so_is_sent(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, *, seen: bool
) -> None:
    """The store's answer was lost, or came after its error: nobody else touches the row, and it must not lie there."""
    command = setting.new()
    messages = setting.stores.messages
    accept, writing, repeated = messages.accept, list[Awaitable[Accepted]](), list[str]()

    async def whole(row: OutboundMessage, same: Idempotency | None = None) -> Accepted:
        repeated.append(row.id)
        return await accept(row, same)

    async def silent(row: OutboundMessage, same: Idempotency | None = None) -> Accepted:
        monkeypatch.undo()
        monkeypatch.setattr(messages, "accept", whole)
        writing.append(accept(row, same))
        if seen:
            await writing.pop()
        raise StoreUnavailable

    def silently(row: OutboundMessage, same: Idempotency | None, then: Callable[..., None]) -> None:
        asyncio.ensure_future(silent(row, same)).add_done_callback(lambda done: then(None, done.exception()))

    monkeypatch.setattr(messages, "accept", silent)
    monkeypatch.setattr(messages, "begin", silently)
    if seen:
        assert (await setting.send(command)).wa_id == f"WA-{command.message_id}"
        assert repeated == [command.message_id]  # which writes what else the store keeps of it
    else:
        with pytest.raises(StoreUnavailable):
            await setting.send(command)
        await writing.pop()
        again = command.model_copy(update={"stored": True})
        assert (await setting.send(again)).wa_id == f"WA-{command.message_id}"
    assert setting.session.sent == [command.message_id]
    assert await setting.state(command) is MessageState.SENT


@pytest.mark.parametrize(
    ("raised", "state", "error"),
    [
        (InDoubt("no answer", wa_id="WA-1"), MessageState.UNKNOWN, SendUnknown),
        (NotSent("no", refused=True, code=463), MessageState.FAILED, WhatsAppRefused),
        (ValueError("a bug"), MessageState.UNKNOWN, SendUnknown),
    ],
)
async def test_what_goes_wrong_is_said_and_kept(
    setting: Setting, raised: Exception, state: MessageState, error: type[Exception]
) -> None:
    """The row and every answer tell the same, now and when asked again, and nothing is sent again by itself."""
    setting.session.raises = [raised]
    command = await setting.accept()
    for _ in range(2):
        with pytest.raises(error):
            await setting.send(command)
    assert await setting.state(command) is state
    assert len(setting.session.sent) == 1


async def test_a_number_that_is_not_there_gets_nothing(setting: Setting) -> None:
    """The row fails before anything is handed over."""
    setting.session.absent = {"628111111111"}
    command = await setting.accept()
    with pytest.raises(NumberNotOnWhatsApp):
        await setting.send(command)
    assert (await setting.state(command), setting.session.sent) == (MessageState.FAILED, [])


async def test_a_message_goes_to_whatsapps_own_address_of_its_number(setting: Setting) -> None:
    """A number that is typed differently: the message and its row have the right one, stored before or not."""
    setting.session.own = {"628111111111": "62811111111"}
    stored, new = await setting.accept(), setting.new()
    assert (await setting.send(stored)).state == "sent"
    assert (await setting.send(new)).state == "sent"
    own = Jid("62811111111", PHONE)
    assert setting.session.sent_to == [own, own]
    for command in (stored, new):
        row = await setting.stores.messages.get(command.message_id)
        assert row is not None
        assert row.to == str(own)


@pytest.mark.parametrize(
    ("raised", "error"), [(NotLookedUp("no", code=429), RateLimited), (NotLookedUp("silence"), WhatsAppSilent)]
)
async def test_a_check_that_whatsapp_does_not_answer_is_no_lost_session(
    setting: Setting, raised: Exception, error: type[RateLimited | WhatsAppSilent]
) -> None:
    """It says what it is and when to try again; what may wait is not asked about anew, and goes out afterwards."""
    setting.session.check_raises = raised
    setting.session.met = {"628222222222"}
    command, waiting = await setting.accept(), await setting.accept(queue=True)
    known = await setting.accept(to="628222222222")
    with pytest.raises(error) as refused:
        await setting.send(command)
    assert refused.value.retry_after is not None
    assert refused.value.retry_after > 0
    assert await setting.state(command) is MessageState.FAILED
    assert (await setting.send(waiting)).state == "queued"
    assert (await setting.send(known)).state == "sent"
    assert setting.session.checked == ["628111111111"]
    assert setting.session.sent == [known.message_id]
    setting.session.check_raises = None
    setting.later(20 * 60)
    setting.outbox.look()
    await eventually(lambda: _is(setting, waiting, MessageState.SENT))


async def test_a_page_of_messages_that_are_put_off_is_not_looked_at_without_end(setting: Setting) -> None:
    """While WhatsApp refuses number checks, 200 queued messages cost one look when it is time to look."""
    setting.session.check_raises = NotLookedUp("no", code=429)
    looks = 0
    open_of = setting.stores.messages.open_of

    async def counted(*asked: Any) -> list[OutboundMessage]:
        nonlocal looks
        looks += 1
        return await open_of(*asked)

    for _ in range(200):
        await setting.accept(queue=True)
    setting.stores.messages.open_of = counted  # type: ignore[method-assign]
    setting.outbox.look()
    await eventually(lambda: _truth(looks == 1 and setting.outbox.waiting == 0))
    setting.session.met = {"628333333333"}
    assert (await setting.send(await setting.accept(to="628333333333"))).state == "sent"
    assert looks == 1


@pytest.mark.parametrize(
    ("code", "error", "waits"),
    [(463, WhatsAppRefused, False), (429, RateLimited, True), (479, WhatsAppRefused, True), (420, RateLimited, True)],
)
async def test_a_refusal_is_explained_once(
    setting: Setting,
    code: int,
    error: type[RateLimited | WhatsAppRefused],
    waits: bool,  # noqa: FBT001 - a column
) -> None:
    """By its number, with what it means, what to do, and when to try again where waiting helps."""
    setting.session.raises = [NotSent(f"server returned error {code}", refused=True, code=code)]
    with pytest.raises(error) as refused:
        await setting.send(await setting.accept())
    assert refused.value.details["waCode"] == code
    assert refused.value.message.startswith(f"WhatsApp refused the message ({code}). {REFUSALS[code].meaning}")
    assert refused.value.message.count(str(code)) == 1
    assert REFUSALS[code].remedy in refused.value.message
    assert (refused.value.retry_after is not None) == waits


async def test_who_has_left_whatsapp_is_asked_about_again(setting: Setting) -> None:
    """A send that finds nobody is told as such, and what was remembered of the number is forgotten."""
    assert (await setting.send(await setting.accept())).state == "sent"
    setting.session.raises = [NotSent("no LID found for him", refused=True, code=404)]
    setting.session.absent = {"628111111111"}
    for _ in range(2):
        with pytest.raises(NumberNotOnWhatsApp):
            await setting.send(await setting.accept())
    assert setting.session.checked == ["628111111111", "628111111111"]
    assert len(setting.session.sent) == 2


async def test_a_disconnected_session_says_so_and_queues_only_what_may_wait(setting: Setting) -> None:
    """Without `queue` the row fails with the session's status; with it the message goes out on reconnect."""
    setting.session.report = SessionReport(status=SessionStatus.QR_READY, since=0)
    setting.session.qr = QrCode("the code", now_ms() + 60_000)
    command, waiting = await setting.accept(), await setting.accept(queue=True)
    with pytest.raises(Disconnected) as refused:
        await setting.send(command)
    assert refused.value.details == {"connectionStatus": "qr_ready", "qr": "the code", "id": command.message_id}
    row = await setting.stores.messages.get(command.message_id)
    assert row
    assert row.failure  # the code logs in whoever reads it: it is answered, and not kept
    assert row.failure.details == {"connectionStatus": "qr_ready"}
    assert (await setting.send(waiting)).state == "queued"
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED)
    setting.outbox.look()
    await eventually(lambda: _is(setting, waiting, MessageState.SENT))
    assert setting.session.sent == [waiting.message_id]


@pytest.mark.parametrize(
    ("status", "next_try", "retry_after"),
    [
        (SessionStatus.STARTING, None, 2),
        (SessionStatus.RECONNECTING, 9_000, 11),
        (SessionStatus.QR_READY, None, None),
        (SessionStatus.STOPPED, None, None),
    ],
)
async def test_what_comes_up_by_itself_is_worth_repeating(
    setting: Setting, status: SessionStatus, next_try: int | None, retry_after: float | None
) -> None:
    """A session that (re)connects says when to try again; one that waits for somebody does not."""
    now = now_ms()
    setting.clock = lambda: now
    at = None if next_try is None else now + next_try
    setting.session.report = SessionReport(status=status, since=0, next_try=at)
    with pytest.raises(Disconnected) as refused:
        await setting.send(setting.new())
    assert refused.value.retry_after == (None if retry_after is None else pytest.approx(retry_after))


async def test_a_queued_message_that_was_not_sent_goes_out_later(setting: Setting) -> None:
    """The connection is lost at the very moment of sending: the message waits, and the others are answered."""
    waiting, other = await setting.accept(queue=True), await setting.accept()

    async def lose(*_: object) -> Sent:
        setting.session.report = SessionReport(status=SessionStatus.RECONNECTING, since=0)
        raise NotSent("the socket is gone")

    send, setting.session.send = setting.session.send, lose
    assert (await setting.send(waiting)).state == "sending"
    with pytest.raises(Disconnected):
        await setting.send(other)
    setting.session.send = send
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED)
    setting.outbox.look()
    await eventually(lambda: _is(setting, waiting, MessageState.SENT))


async def test_nobody_begins_to_send_what_has_expired(setting: Setting) -> None:
    """After `expires_at` a message ends, whether it is asked for or found."""
    asked, found = await setting.accept(), await setting.accept()
    setting.clock = lambda: now_ms() + 61_000
    with pytest.raises(MessageExpired):
        await setting.send(asked)
    setting.outbox.look()
    await eventually(lambda: _is(setting, found, MessageState.EXPIRED))
    assert setting.session.sent == []


async def test_a_shard_that_may_have_lost_the_session_begins_nothing(setting: Setting) -> None:
    """Its lease is too old: what it is asked for is left to the row, and sent when the lease is renewed after all."""
    setting.may_begin = False
    stored, new = await setting.accept(), setting.new()
    assert (await setting.send(stored)).state == "accepted"
    assert (await setting.send(new)).state == "accepted"
    assert await setting.stores.messages.get(new.message_id) is None
    setting.may_begin = True
    setting.outbox.look()
    await eventually(lambda: _is(setting, stored, MessageState.SENT))
    assert setting.session.sent == [stored.message_id]


async def test_rows_whose_request_was_lost_are_found(setting: Setting) -> None:
    """A row in the store goes out in the order of its making although nobody asks for it."""
    commands = [await setting.accept() for _ in range(5)]
    setting.outbox.look()
    await eventually(lambda: _truth(len(setting.session.sent) == 5))
    assert setting.session.sent == sorted(command.message_id for command in commands)


async def test_a_row_of_a_newer_version_waits_and_holds_nothing_up(setting: Setting) -> None:
    """A host that is older than the API leaves what it does not understand to the next owner, and sends the rest."""
    newer = await setting.accept_newer()
    with structlog.testing.capture_logs() as logged:
        for _ in range(2):
            command = await setting.accept()
            setting.outbox.look()
            await eventually(lambda command=command: _is(setting, command, MessageState.SENT))
    assert [line for line in logged if line["event"] == "message_not_understood"]
    assert SECRET not in str(logged)
    row = await setting.stores.messages.get(newer.id)
    assert row is not None
    assert row.state is MessageState.ACCEPTED


async def test_a_send_cut_short_by_the_end_is_unknown_and_the_others_stay(setting: Setting) -> None:
    """Stopping waits, then calls the one under way unknown; what was not begun is left to the next owner."""
    setting.session.gate = threading.Event()
    current, next_one = await setting.accept(), await setting.accept()
    asking = [asyncio.create_task(setting.send(command)) for command in (current, next_one)]
    await eventually(lambda: _truth(setting.session.sent))
    await setting.outbox.stop(Deadline.after(0.05), Deadline.after(30))
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers[0], SendUnknown)
    assert not isinstance(answers[1], BaseException)
    assert (answers[1].state, await setting.state(next_one)) == ("accepted", MessageState.ACCEPTED)
    assert await setting.state(current) is MessageState.UNKNOWN


async def test_what_whatsapp_answered_is_written_however_slow_the_store_was(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while the outcome before is still being written: the one after it was sent too, and not unknown."""
    messages, go_on = setting.stores.messages, asyncio.Event()
    advance = messages.advance

    async def slow(message_id: str, to: MessageState, **options: Any) -> OutboundMessage | None:
        if to is MessageState.SENT:
            await go_on.wait()
        return await advance(message_id, to, **options)

    monkeypatch.setattr(messages, "advance", slow)
    commands = [await setting.accept() for _ in range(2)]
    asking = [asyncio.create_task(setting.send(command)) for command in commands]
    await eventually(lambda: _truth(len(setting.session.sent) == 2))
    stopping = asyncio.create_task(setting.outbox.stop(Deadline.after(0.05), Deadline.after(30)))
    await eventually(lambda: _truth(setting.outbox._worker is not None and setting.outbox._worker.done()))
    go_on.set()
    await stopping
    assert [(await answer).wa_id for answer in asking] == [f"WA-{command.message_id}" for command in commands]
    assert [await setting.state(command) for command in commands] == [MessageState.SENT] * 2


async def test_rows_that_are_not_understood_hide_none_behind_them(setting: Setting) -> None:
    """However many a newer version wrote first."""
    for _ in range(_PAGE + 1):
        await setting.accept_newer()
    behind = await setting.accept()
    setting.outbox.look()
    await eventually(lambda: _is(setting, behind, MessageState.SENT))


async def test_rows_that_cannot_be_read_hide_none_behind_them(setting: Setting, tmp_path: Path) -> None:
    """A damaged row stays where it is; the session goes on, with what is asked for and with what waits."""
    damaged, behind = await setting.accept(), await setting.accept()
    with closing(sqlite3.connect(tmp_path / "wagate.db")) as rows, rows:
        rows.execute("UPDATE messages SET content = '{' WHERE id = ?", (damaged.message_id,))
    setting.outbox.look()
    await eventually(lambda: _is(setting, behind, MessageState.SENT))


async def test_a_look_that_fails_does_not_end_the_sending(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised: what is asked for is sent, and the next look finds the rest."""

    async def fails(*_: object) -> None:
        raise RuntimeError("a bug")

    waiting = await setting.accept()
    with monkeypatch.context() as patch:
        patch.setattr(setting.stores.messages, "open_of", fails)
        setting.outbox.look()
        assert (await asyncio.wait_for(setting.send(setting.new()), 20)).state == "sent"
    setting.outbox.look()
    await eventually(lambda: _is(setting, waiting, MessageState.SENT))


async def test_an_unexpected_error_costs_one_message(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its asker is told, and the next one is sent."""

    def fails(_state: MessageState, _seconds: float) -> None:
        monkeypatch.undo()
        raise RuntimeError("a bug")

    monkeypatch.setattr(setting.outbox, "_on_outcome", fails)
    with pytest.raises(Internal):
        await asyncio.wait_for(setting.send(setting.new()), 20)
    assert (await asyncio.wait_for(setting.send(setting.new()), 20)).state == "sent"


async def test_a_store_that_comes_back_loses_nothing(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is away before and after the send, and answers lie about what was written: still one send, sent."""
    command = await setting.accept()
    messages = setting.stores.messages
    advance, failures = messages.advance, [True, False] * 2

    async def unreliable(message_id: str, to: MessageState, **options: object) -> OutboundMessage | None:
        if failures:
            if failures.pop():
                raise StoreUnavailable
            await advance(message_id, to, **options)  # type: ignore[arg-type]
            raise StoreUnavailable
        return await advance(message_id, to, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(messages, "advance", unreliable)
    assert (await setting.send(command)).wa_id == f"WA-{command.message_id}"
    assert setting.session.sent == [command.message_id]
    assert await setting.state(command) is MessageState.SENT


async def test_a_receipt_that_is_faster_than_the_row_is_applied(setting: Setting, tmp_path: Path) -> None:
    """A receipt that comes while its send is under way waits for WhatsApp's id; messages go to the inbox once."""
    journal = Journal(tmp_path / "journal.db", synchronous="NORMAL")
    receipts = Receipts(setting.stores.messages, lambda _: setting.outbox.sends)
    timers = ChatTimers(setting.stores.messages)
    inbound = Inbound(journal, setting.stores.inbox, receipts, ALL_HERE, no_resends(setting.stores), timers)
    setting.session.gate = threading.Event()
    command = await setting.accept()
    asking = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.sent))
    wa_id = f"WA-{command.message_id}"
    journal.append(UID, ReceiptReceived(at=5, message_ids=(wa_id,), state="delivered", chat="c", timestamp=1))
    message = MessageReceived(
        at=5, id="IN", chat="c", from_number="1", from_lid=None, from_me=False, timestamp=1, type="text"
    )
    for _ in range(2):
        journal.append(UID, message)
    draining = asyncio.create_task(inbound.run())
    await eventually(lambda: _truth(journal.waiting("applied") == 1))
    assert len((await setting.stores.inbox.newest(UID, limit=10)).messages) == 1
    setting.session.gate.set()
    await asking
    await eventually(lambda: _is(setting, command, MessageState.DELIVERED))
    await eventually(lambda: _truth(journal.waiting("applied") == 0))
    draining.cancel()
    await asyncio.gather(draining, return_exceptions=True)
    inbound.close()
    journal.close()


async def _truth(value: object) -> object:
    return value


async def _is(setting: Setting, command: Send, state: MessageState) -> bool:
    return await setting.state(command) is state


async def test_what_is_sent_into_a_chat_with_a_timer_says_it(setting: Setting) -> None:
    """And into no other chat."""
    timer = ChatTimer(UID, "628999", "628111111111@s.whatsapp.net", 86_400, 1_700_000_000)
    setting.timers[Jid.parse(timer.chat)] = timer
    for to in ("628111111111", "628222222222"):
        await setting.send(await setting.accept(to=to))
    assert setting.session.timers == [timer, None]
