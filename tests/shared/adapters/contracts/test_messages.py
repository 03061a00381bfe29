"""What every adapter of `shared.messages.ports.Messages` does."""

import asyncio
from dataclasses import replace
from operator import attrgetter

import pytest

from shared.adapters.stores import Stores
from shared.errors import IdempotencyKeyReused
from shared.ids import now_ms
from shared.messages.model import NEXT, OPEN, ChatTimer, Failure, MessageState, OutboundMessage
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import a_message, an_idempotency

ACCEPTED, QUEUED, SENDING = MessageState.ACCEPTED, MessageState.QUEUED, MessageState.SENDING
SENT, DELIVERED, READ = MessageState.SENT, MessageState.DELIVERED, MessageState.READ
FAILED, UNKNOWN = MessageState.FAILED, MessageState.UNKNOWN


async def sent(stores: Stores, message: OutboundMessage, wa_id: str = "WA1") -> None:
    await stores.messages.accept(message)
    assert await stores.messages.advance(message.id, SENDING, now=1, epoch=1)
    assert await stores.messages.advance(message.id, SENT, now=2, wa_id=wa_id)


async def test_a_message_is_found_as_it_was_accepted(stores: Stores) -> None:
    """Every field survives; the time of acceptance is noted."""
    message = a_message(queue=True, content={"type": "text", "text": "x" * 65_536 + "\u0000\U0001f44b"})
    accepted = await stores.messages.accept(message)
    assert accepted.created
    assert accepted.message == replace(message, times={ACCEPTED: message.created_at})
    assert await stores.messages.get(message.id) == accepted.message
    assert await stores.messages.get("msg_nobody") is None


async def test_a_message_is_stored_once_under_its_id(stores: Stores) -> None:
    """Whoever comes second gets the row as it is by then, with an Idempotency-Key or without, even a failed one."""
    for idempotency in (None, an_idempotency("k")):
        message = a_message()
        began = replace(message, state=SENDING, epoch=4, times={ACCEPTED: 1, SENDING: 2})
        assert (await stores.messages.accept(began, idempotency)).message == began
        second = await stores.messages.accept(message, idempotency)
        assert (second.created, second.message) == (False, began)
        await stores.messages.advance(message.id, FAILED, now=3)
        third = await stores.messages.accept(message, idempotency)
        assert (third.created, third.message.id, third.message.state) == (False, message.id, FAILED)


async def test_a_repeated_request_gets_the_first_message(stores: Stores) -> None:
    """One key, one message, whatever became of it short of a failure."""
    first = a_message()
    await stores.messages.accept(first, an_idempotency("k"))
    again = await stores.messages.accept(a_message(), an_idempotency("k"))
    assert not again.created
    assert again.message.id == first.id
    await stores.messages.advance(first.id, SENDING, now=1)
    await stores.messages.advance(first.id, UNKNOWN, now=2)
    later = await stores.messages.accept(a_message(), an_idempotency("k"))
    assert (later.created, later.message.id, later.message.state) == (False, first.id, UNKNOWN)
    assert (await stores.messages.accept(a_message(), an_idempotency("another"))).created


async def test_the_message_of_a_request_is_found(stores: Stores) -> None:
    """Without storing anything; not one that failed, that expired, or of another request."""
    first = a_message()
    assert await stores.messages.of_request(an_idempotency("k")) is None
    await stores.messages.accept(first, an_idempotency("k"))
    found = await stores.messages.of_request(an_idempotency("k"))
    assert found is not None
    assert found.id == first.id
    with pytest.raises(IdempotencyKeyReused):
        await stores.messages.of_request(an_idempotency("k", body_hash="other body"))
    await stores.messages.advance(first.id, FAILED, now=1)
    assert await stores.messages.of_request(an_idempotency("k")) is None
    await stores.messages.accept(a_message(), an_idempotency("old", expires_at=now_ms() - 1))
    assert await stores.messages.of_request(an_idempotency("old")) is None


async def test_a_key_used_with_another_body_is_refused(stores: Stores) -> None:
    """And nothing is stored."""
    await stores.messages.accept(a_message(), an_idempotency("k"))
    other = a_message()
    with pytest.raises(IdempotencyKeyReused):
        await stores.messages.accept(other, an_idempotency("k", body_hash="other body"))
    assert await stores.messages.get(other.id) is None


@pytest.mark.parametrize("ending", [FAILED, MessageState.EXPIRED, MessageState.CANCELLED])
async def test_a_message_that_was_never_handed_over_frees_its_key(stores: Stores, ending: MessageState) -> None:
    """The next request makes a message of its own; the one after gets that one."""
    first, second = a_message(), a_message()
    await stores.messages.accept(first, an_idempotency("k"))
    await stores.messages.advance(first.id, ending, now=1)
    assert (await stores.messages.accept(second, an_idempotency("k"))).created
    third = await stores.messages.accept(a_message(), an_idempotency("k"))
    assert (third.created, third.message.id) == (False, second.id)
    found = await stores.messages.get(first.id)
    assert found is not None
    assert found.state is ending


async def test_an_expired_key_is_a_new_one(stores: Stores) -> None:
    """Whether or not the store has removed it; the body may be another."""
    await stores.messages.accept(a_message(), an_idempotency("k", expires_at=now_ms() - 1))
    assert (await stores.messages.accept(a_message(), an_idempotency("k", body_hash="other"))).created


async def test_a_message_advances_and_notes_what_it_is_told(stores: Stores) -> None:
    """Each state's time, the epoch, WhatsApp's id."""
    message = a_message()
    await stores.messages.accept(message)
    sending = await stores.messages.advance(message.id, SENDING, now=11, epoch=4)
    assert sending is not None
    assert (sending.state, sending.epoch) == (SENDING, 4)
    done = await stores.messages.advance(message.id, SENT, now=12, wa_id="3EB0AA")
    assert done is not None
    assert (done.state, done.epoch, done.wa_id) == (SENT, 4, "3EB0AA")
    assert done.times == {ACCEPTED: message.created_at, SENDING: 11, SENT: 12}
    assert await stores.messages.get(message.id) == done


async def test_a_message_may_get_another_address_as_it_is_sent(stores: Stores) -> None:
    """WhatsApp's own of the same person; later steps leave it."""
    message = a_message()
    await stores.messages.accept(message)
    sending = await stores.messages.advance(
        message.id, SENDING, now=11, epoch=4, recipient="551187654321@s.whatsapp.net"
    )
    assert sending is not None
    assert sending.to == "551187654321@s.whatsapp.net"
    done = await stores.messages.advance(message.id, SENT, now=12, wa_id="3EB0AA")
    assert done is not None
    assert done.to == sending.to
    assert await stores.messages.get(message.id) == done


async def test_a_message_keeps_the_number_that_is_to_send_it(stores: Stores) -> None:
    """The one it was accepted for, else the first one that is told with a step."""
    named, free = a_message(sender="628111"), a_message()
    for message in (named, free):
        await stores.messages.accept(message)
    assert [each.sender for each in await stores.messages.open_of(named.session_uid, 9)] == ["628111", None]
    queued = [await stores.messages.advance(each.id, QUEUED, now=1) for each in (named, free)]
    assert [each.sender for each in queued if each] == ["628111", None]
    sending = [await stores.messages.advance(each.id, SENDING, now=2, sender="628222") for each in (named, free)]
    assert [each.sender for each in sending if each] == ["628111", "628222"]
    back = [await stores.messages.advance(each.id, QUEUED, now=3, sender="628333") for each in (named, free)]
    assert [each.sender for each in back if each] == ["628111", "628222"]
    assert [await stores.messages.get(each.id) for each in (named, free)] == back


async def test_a_failure_is_kept_with_its_details(stores: Stores) -> None:
    """It is answered again when the message is asked for."""
    message = a_message()
    await stores.messages.accept(message)
    failure = Failure("WA_REFUSED", "no", {"waCode": 463, "nested": {"a": [1, 2.5, None, True, "x"]}})
    failed = await stores.messages.advance(message.id, FAILED, now=1, failure=failure)
    assert failed is not None
    assert failed.failure == failure
    assert await stores.messages.get(message.id) == failed


@pytest.mark.parametrize("state", list(MessageState))
async def test_only_steps_of_the_state_machine_are_taken(stores: Stores, state: MessageState) -> None:
    """From each state, every state is tried: what NEXT does not allow writes nothing."""
    for to in MessageState:
        message = a_message(state=state)
        accepted = await stores.messages.accept(message)
        moved = await stores.messages.advance(message.id, to, now=5, epoch=9, wa_id="X", failure=Failure("C", "m"))
        if to in NEXT[state]:
            assert moved is not None
            assert (moved.state, moved.epoch, moved.wa_id, moved.failure) == (to, 9, "X", Failure("C", "m"))
        else:
            assert moved is None
            assert await stores.messages.get(message.id) == accepted.message


async def test_a_step_can_be_bound_to_where_it_starts(stores: Stores) -> None:
    """`only_from` narrows NEXT, never widens it; nothing happens to a row that is not there."""
    message = a_message()
    await stores.messages.accept(message)
    assert await stores.messages.advance(message.id, FAILED, now=1, only_from={SENDING}) is None
    assert await stores.messages.advance(message.id, SENT, now=1, only_from={ACCEPTED}) is None
    assert await stores.messages.advance(message.id, FAILED, now=1, only_from=()) is None
    assert await stores.messages.advance(message.id, SENDING, now=1, only_from=OPEN) is not None
    assert await stores.messages.advance("msg_nobody", SENDING, now=1) is None


async def test_open_messages_come_in_the_order_they_were_made(stores: Stores) -> None:
    """Accepted and queued ones of this session, no more than asked for."""
    messages = [a_message(id=f"msg_{'0' * 25}{place}", created_at=now_ms() + place) for place in range(5)]
    for message in reversed(messages):
        await stores.messages.accept(message)
    await stores.messages.accept(a_message("ses_2"))
    await stores.messages.advance(messages[1].id, QUEUED, now=1)
    await stores.messages.advance(messages[2].id, SENDING, now=1)
    opened = await stores.messages.open_of("ses_1", 10)
    assert [message.id for message in opened] == [messages[place].id for place in (0, 1, 3, 4)]
    assert opened[1].state is QUEUED
    assert await stores.messages.open_of("ses_1", 2) == opened[:2]
    assert await stores.messages.open_of("ses_1", 2, opened[1].id) == opened[2:]
    assert await stores.messages.open_of("ses_1", 2, opened[3].id) == []
    assert await stores.messages.open_of("ses_3", 2) == []


async def test_no_session_with_open_messages_is_missed(stores: Stores) -> None:
    """Accepted or queued; of those that are asked for, and never one that was not."""
    for uid, state in (("ses_1", ACCEPTED), ("ses_2", QUEUED), ("ses_3", ACCEPTED), ("ses_4", SENT)):
        await stores.messages.accept(a_message(uid, state=state))
    found = set(await stores.messages.with_open({"ses_1", "ses_2", "ses_4"}))
    assert {"ses_1", "ses_2"} <= found <= {"ses_1", "ses_2", "ses_4"}


async def test_what_an_earlier_owner_left_in_sending_is_found(stores: Stores) -> None:
    """Only lower epochs, only this session."""
    messages = [a_message() for _ in range(3)] + [a_message("ses_2")]
    for message, epoch in zip(messages, (1, 2, 3, 1), strict=True):
        await stores.messages.accept(message)
        await stores.messages.advance(message.id, SENDING, now=1, epoch=epoch)
    left = await stores.messages.sending_of("ses_1", before_epoch=3)
    assert {message.id for message in left} == {message.id for message in messages[:2]}
    await stores.messages.advance(messages[0].id, UNKNOWN, now=2)
    assert [message.id for message in await stores.messages.sending_of("ses_1", before_epoch=3)] == [messages[1].id]


async def test_receipts_move_a_message_to_the_right_only(stores: Stores) -> None:
    """A receipt that comes late, twice, or for another session's message changes nothing."""
    message = a_message()
    await sent(stores, message, "WA1")
    assert await stores.messages.settle("ses_1", "WA1", DELIVERED, now=3)
    assert await stores.messages.settle("ses_1", "WA1", READ, now=4)
    assert not await stores.messages.settle("ses_1", "WA1", DELIVERED, now=5)
    assert not await stores.messages.settle("ses_1", "WA1", READ, now=5)
    assert not await stores.messages.settle("ses_1", "WA2", READ, now=5)
    assert not await stores.messages.settle("ses_2", "WA1", MessageState.PLAYED, now=5)
    found = await stores.messages.get(message.id)
    assert found is not None
    assert found.state is READ
    assert found.times == {ACCEPTED: message.created_at, SENDING: 1, SENT: 2, DELIVERED: 3, READ: 4}


@pytest.mark.parametrize("told", [READ, MessageState.PLAYED])
async def test_who_has_read_a_message_has_got_it(stores: Stores, told: MessageState) -> None:
    """A phone that shows it at once says first that it was read: that it arrived is not missing, and comes too late."""
    message = a_message()
    await sent(stores, message, "WA1")
    assert await stores.messages.settle("ses_1", "WA1", told, now=3)
    assert not await stores.messages.settle("ses_1", "WA1", DELIVERED, now=4)
    found = await stores.messages.get(message.id)
    assert found is not None
    assert found.times == {ACCEPTED: message.created_at, SENDING: 1, SENT: 2, DELIVERED: 3, told: 3}


async def test_a_message_that_nobody_could_read_is_queued_once_more(stores: Stores) -> None:
    """Under the id that was asked for, once; sent again it has another one, and the receipts of that one move it."""
    message = a_message()
    await sent(stores, message, "WA1")
    assert await stores.messages.requeue(message.id, "WA2", now=5, expires_at=9) is None
    assert await stores.messages.requeue("msg_nobody", "WA1", now=5, expires_at=9) is None
    queued = await stores.messages.requeue(message.id, "WA1", now=5, expires_at=9)
    assert queued is not None
    assert (queued.state, queued.queue, queued.expires_at, queued.wa_id) == (QUEUED, True, 9, "WA1")
    assert queued.times[QUEUED] == 5
    assert await stores.messages.requeue(message.id, "WA1", now=6, expires_at=9) is None
    assert await stores.messages.open_of("ses_1", 10) == [queued]
    assert await stores.messages.by_wa_id("ses_1", "WA1") == queued
    assert await stores.messages.advance(message.id, SENDING, now=7, epoch=2)
    again = await stores.messages.advance(message.id, SENT, now=8, wa_id="WA3")
    assert await stores.messages.by_wa_id("ses_1", "WA3") == again
    assert await stores.messages.by_wa_id("ses_1", "WA1") is None
    assert await stores.messages.by_wa_id("ses_2", "WA3") is None
    assert not await stores.messages.settle("ses_1", "WA1", DELIVERED, now=9)
    assert await stores.messages.settle("ses_1", "WA3", DELIVERED, now=9)
    assert await stores.messages.requeue(message.id, "WA3", now=10, expires_at=11) is None


async def test_of_several_messages_with_one_id_of_whatsapp_the_first_is_found(stores: Stores) -> None:
    """What changes a post in a newsletter has the id of the post, in whatever order they were sent."""
    post, change = a_message(), a_message()
    assert post.id < change.id
    await sent(stores, change, "WA1")
    await sent(stores, post, "WA1")
    found = await stores.messages.by_wa_id("ses_1", "WA1")
    assert found is not None
    assert found.id == post.id


async def test_a_doubtful_message_is_queued_once_more_without_its_failure(stores: Stores) -> None:
    """What the row told of the first time is over."""
    message = a_message()
    await sent(stores, message)
    assert await stores.messages.advance(message.id, UNKNOWN, now=3, failure=Failure("NOT_DECRYPTED", "no"))
    queued = await stores.messages.requeue(message.id, "WA1", now=5, expires_at=9)
    assert queued is not None
    assert (queued.state, queued.failure) == (QUEUED, None)


async def test_a_receipt_settles_what_was_unknown(stores: Stores) -> None:
    """The doubt ends when WhatsApp speaks of the message; one still in `sending` waits for its owner."""
    doubtful, busy = a_message(), a_message()
    for message in (doubtful, busy):
        await stores.messages.accept(message)
        await stores.messages.advance(message.id, SENDING, now=1, wa_id=message.id)
    await stores.messages.advance(doubtful.id, UNKNOWN, now=2)
    assert await stores.messages.settle("ses_1", doubtful.id, DELIVERED, now=3)
    assert not await stores.messages.settle("ses_1", busy.id, DELIVERED, now=3)
    found = await stores.messages.get(doubtful.id)
    assert found is not None
    assert found.state is DELIVERED


async def test_the_timer_that_was_set_last_is_kept(stores: Stores) -> None:
    """Per session and chat, of the number that it has now; also that there is none any more. Gone with the session."""
    one = ChatTimer("ses_1", "628999", "628111@s.whatsapp.net", 86_400, 10)
    other = ChatTimer("ses_1", "628999", "12036@g.us", 604_800, 11)
    paired_before = replace(one, own="628000", set_at=30)
    for timer in (paired_before, one, other, replace(one, session_uid="ses_2")):
        await stores.messages.set_timer(timer)
    off = replace(one, seconds=0, set_at=20)
    await stores.messages.set_timer(off)
    await stores.messages.set_timer(replace(one, seconds=7_776_000, set_at=19))
    key = attrgetter("chat")
    assert sorted(await stores.messages.timers_of("ses_1"), key=key) == sorted([off, other], key=key)
    await stores.messages.accept(a_message())
    await stores.messages.delete_of("ses_1")
    assert await stores.messages.timers_of("ses_1") == []
    assert await stores.messages.timers_of("ses_2") == [replace(one, session_uid="ses_2")]


async def test_a_deleted_session_leaves_no_message_and_frees_keys(stores: Stores) -> None:
    """Other sessions' messages stay; a request repeated afterwards is a new message."""
    gone, stays = [a_message() for _ in range(40)], a_message("ses_2")
    await stores.messages.accept(gone[0], an_idempotency("k"))
    for message in [*gone[1:], stays]:
        await stores.messages.accept(message)
    await stores.messages.delete_of("ses_1")
    await stores.messages.delete_of("ses_1")
    assert await stores.messages.open_of("ses_1", 100) == []
    assert await stores.messages.get(gone[0].id) is None
    assert await stores.messages.get(stays.id) is not None
    assert (await stores.messages.accept(a_message(), an_idempotency("k"))).created


@pytest.mark.races
async def test_fifty_requests_with_one_key_make_one_message(store_maker: StoreMaker) -> None:
    """Over two API processes: one created, all get the same row."""
    processes = [await store_maker.open(), await store_maker.open()]
    answers = await asyncio.gather(
        *(stores.messages.accept(a_message(), an_idempotency("k")) for _ in range(25) for stores in processes)
    )
    assert [answer.created for answer in answers].count(True) == 1
    assert len({answer.message.id for answer in answers}) == 1
    assert len(await processes[0].messages.open_of("ses_1", 100)) == 1


@pytest.mark.races
async def test_a_failed_messages_key_passes_to_one_of_many(store_maker: StoreMaker) -> None:
    """Of fifty repeats after a failure one makes the next message, the others get it."""
    processes = [await store_maker.open(), await store_maker.open()]
    failed = a_message()
    await processes[0].messages.accept(failed, an_idempotency("k"))
    await processes[0].messages.advance(failed.id, FAILED, now=1)
    answers = await asyncio.gather(
        *(stores.messages.accept(a_message(), an_idempotency("k")) for _ in range(25) for stores in processes)
    )
    assert [answer.created for answer in answers].count(True) == 1
    assert {answer.message.id for answer in answers} != {failed.id}
    assert len({answer.message.id for answer in answers}) == 1
    assert len(await processes[1].messages.open_of("ses_1", 100)) == 1


@pytest.mark.races
async def test_of_many_dispatchers_one_begins_to_send(store_maker: StoreMaker) -> None:
    """The store refuses the second: each message is begun once, by one epoch."""
    hosts = [await store_maker.open(), await store_maker.open()]
    messages = [a_message() for _ in range(5)]
    for message in messages:
        await hosts[0].messages.accept(message)
    for message in messages:
        begun = await asyncio.gather(
            *(
                stores.messages.advance(message.id, SENDING, now=1, epoch=10 * host + attempt, only_from=OPEN)
                for attempt in range(8)
                for host, stores in enumerate(hosts)
            )
        )
        won = [row for row in begun if row is not None]
        assert len(won) == 1
        assert await hosts[1].messages.get(message.id) == won[0]


async def test_what_waits_is_counted_up_to_a_number(stores: Stores) -> None:
    """Of one session, and only what nobody has begun to send."""
    waiting = [a_message(queue=True) for _ in range(3)]
    for message in (*waiting, a_message("ses_other")):
        await stores.messages.accept(message)
    assert [await stores.messages.count_open("ses_1", at_most) for at_most in (2, 3, 9)] == [2, 3, 3]
    await stores.messages.advance(waiting[0].id, MessageState.SENDING, now=now_ms(), epoch=1)
    assert await stores.messages.count_open("ses_1", 9) == 2
    assert await stores.messages.count_open("ses_nobody", 9) == 0
