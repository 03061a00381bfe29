"""What every adapter of `shared.messages.untold.Outcomes` does, with the marks that writes of outcomes leave."""

import asyncio

import pytest

from shared.adapters.stores import Stores
from shared.ids import now_ms
from shared.messages.model import Failure, MessageState, OutboundMessage
from shared.messages.ports import ThreadedMessages
from shared.messages.untold import Mark
from tests.shared.adapters.contracts.samples import a_message

SENT, FAILED, EXPIRED, UNKNOWN = (
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.EXPIRED,
    MessageState.UNKNOWN,
)


async def being_sent(stores: Stores, **fields: object) -> OutboundMessage:
    row = a_message(**({"state": MessageState.SENDING, "epoch": 1, "sender": "628111"} | fields))
    await stores.messages.accept(row)
    return row


async def untold(stores: Stores, *uids: str, limit: int = 100) -> list[tuple[str, MessageState]]:
    found = await stores.outcomes.untold(uids or ("ses_1",), limit=limit)
    return [(each.message_id, each.state) for each in found]


async def test_each_outcome_leaves_its_mark_and_nothing_before_it_does(stores: Stores) -> None:
    """In the order in which they were written down, with what is told of them."""
    began = now_ms()
    rows = [await being_sent(stores, about={"client_ref": "r"}) for _ in range(3)]
    waits = a_message()
    await stores.messages.accept(waits)
    assert await untold(stores) == []
    await stores.messages.advance(rows[1].id, SENT, now=7_000, wa_id="WA1")
    await stores.messages.advance(rows[0].id, FAILED, now=2, failure=Failure("WA_REFUSED", "no"))
    await stores.messages.advance(rows[2].id, UNKNOWN, now=2)
    await stores.messages.advance(waits.id, EXPIRED, now=2)
    ends = [(rows[1].id, SENT), (rows[0].id, FAILED), (rows[2].id, UNKNOWN), (waits.id, EXPIRED)]
    assert sorted(await untold(stores)) == sorted(ends)
    found = {each.message_id: each for each in await stores.outcomes.untold(["ses_1"], limit=9)}
    sent = found[rows[1].id]
    assert (sent.session_uid, sent.to, sent.type, sent.wa_id) == ("ses_1", rows[1].to, "text", "WA1")
    assert (sent.sent_at, sent.sender, sent.client_ref, sent.failure) == (7_000, "628111", "r", None)
    assert began <= sent.at <= now_ms()
    assert found[rows[0].id].failure == Failure("WA_REFUSED", "no")
    assert [each.mark for each in found.values()] == sorted(each.mark for each in found.values())


async def test_what_is_told_is_off_the_list_for_good(stores: Stores) -> None:
    """Also when it is told twice; receipts that come later bring nothing back, and others stay."""
    rows = [await being_sent(stores) for _ in range(2)]
    for row in rows:
        await stores.messages.advance(row.id, SENT, now=2, wa_id=f"WA-{row.id}")
    first = next(each for each in await stores.outcomes.untold(["ses_1"], limit=9) if each.message_id == rows[0].id)
    for _ in range(2):
        await stores.outcomes.told([Mark("ses_1", first.message_id, first.mark)])
    assert await untold(stores) == [(rows[1].id, SENT)]
    assert await stores.messages.settle("ses_1", f"WA-{rows[0].id}", MessageState.DELIVERED, now=3)
    assert await stores.messages.settle("ses_1", f"WA-{rows[1].id}", MessageState.READ, now=3)
    assert await untold(stores) == [(rows[1].id, SENT)]


async def test_an_outcome_that_is_followed_by_another_keeps_the_new_mark(stores: Stores) -> None:
    """A receipt settles what was unknown: that is told, although at that moment somebody tells that it was unknown."""
    row = await being_sent(stores)
    await stores.messages.advance(row.id, UNKNOWN, now=2, wa_id="WA1")
    (unknown,) = await stores.outcomes.untold(["ses_1"], limit=9)
    assert await stores.messages.settle("ses_1", "WA1", MessageState.DELIVERED, now=3)
    await stores.outcomes.told([Mark("ses_1", unknown.message_id, unknown.mark)])
    assert await untold(stores) == [(row.id, SENT)]
    message = await stores.messages.get(row.id)
    assert message is not None
    assert message.state is MessageState.DELIVERED


async def test_what_is_sent_once_more_is_told_when_it_was(stores: Stores) -> None:
    """Not while it waits; and it is not taken for one that an earlier owner left in doubt."""
    row = await being_sent(stores)
    await stores.messages.advance(row.id, SENT, now=2, wa_id="WA1")
    assert [each.id for each in await stores.messages.sending_of("ses_1", before_epoch=9)] == []
    assert await stores.messages.requeue(row.id, "WA1", now=3, expires_at=now_ms() + 60_000)
    assert await untold(stores) == []
    assert await stores.messages.advance(row.id, MessageState.SENDING, now=4, epoch=2)
    assert [each.id for each in await stores.messages.sending_of("ses_1", before_epoch=9)] == [row.id]
    await stores.messages.advance(row.id, SENT, now=5, wa_id="WA2")
    (again,) = await stores.outcomes.untold(["ses_1"], limit=9)
    assert (again.wa_id, again.state) == ("WA2", SENT)


async def test_only_the_sessions_that_are_meant_and_so_many(stores: Stores) -> None:
    """Those of others wait for their owner."""
    for uid in ("ses_1", "ses_1", "ses_1", "ses_2", "ses_3"):
        row = await being_sent(stores, session_uid=uid)
        await stores.messages.advance(row.id, SENT, now=2, wa_id="WA")
    assert len(await untold(stores, "ses_1", "ses_2", limit=2)) == 3
    assert await untold(stores, "ses_4") == []
    await stores.messages.delete_of("ses_1")
    assert await untold(stores, "ses_1") == []


async def test_the_straight_way_leaves_the_same_mark(stores: Stores) -> None:
    """Where a store writes on a thread of its own."""
    if not isinstance(stores.messages, ThreadedMessages):
        pytest.skip("only SQLite does")
    row = await being_sent(stores)
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    stores.messages.finish(row, "WA1", {SENT: 9_000}, lambda *_: loop.call_soon_threadsafe(done.set))
    await asyncio.wait_for(done.wait(), 60)
    (sent,) = await stores.outcomes.untold(["ses_1"], limit=9)
    assert (sent.message_id, sent.state, sent.wa_id, sent.sent_at) == (row.id, SENT, "WA1", 9_000)
