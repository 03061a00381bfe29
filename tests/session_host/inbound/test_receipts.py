"""Receipts for messages whose rows cannot be found: each is tried as long as that can help, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session_host.inbound.receipts import NO_SENDS, Receipt, Receipts, Sends
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import ReceiptReceived
from shared.messages.model import MessageState
from shared.messages.receipts import PersonReceipt
from shared.settings import StoreSettings
from tests.shared.adapters.contracts.samples import a_message

UNDER_WAY = Sends(begun=5, ended=3, epoch=1)
RECEIPT = ReceiptReceived(at=1, message_ids=("3EB0FF",), state="delivered", chat="c@s.whatsapp.net", timestamp=1)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield stores


@pytest.mark.parametrize(
    "later",
    [UNDER_WAY._replace(ended=5), NO_SENDS, Sends(begun=0, ended=0, epoch=3), Sends(begun=9, ended=2, epoch=3)],
    ids=["those sends have ended", "the session moved", "it came back", "it came back and sends"],
)
async def test_a_receipt_is_tried_until_the_sends_before_it_have_ended(stores: Stores, later: Sends) -> None:
    """Also when the session is another shard's by then, or this one's again: no send is left to wait for."""
    now = UNDER_WAY
    receipts = Receipts(stores.messages, lambda _: now)
    assert await receipts.settle([Receipt(7, "ses_1", RECEIPT.message_ids, RECEIPT)]) == []
    assert await _again(receipts) == []
    now = later
    assert await _again(receipts) == [7]
    assert receipts.next_due() is None


async def _again(receipts: Receipts) -> list[int]:
    """Try what waits once more, when it is due."""
    async with asyncio.timeout(20):
        while not (due := receipts.take_due()):
            await asyncio.sleep(receipts.next_due() or 0)
    return [receipt.seq for receipt in await receipts.settle(due)]


async def test_who_of_a_group_got_it_is_noted(stores: Stores) -> None:
    """Beside the state of the message, which the first of them moves on; of one person only that."""
    row = a_message(state=MessageState.SENDING, epoch=1)
    await stores.messages.accept(row)
    await stores.messages.advance(row.id, MessageState.SENT, now=2, wa_id="3EB0FF")
    receipts = Receipts(stores.messages, lambda _: NO_SENDS, stores.receipts)
    group = RECEIPT.model_copy(update={"chat": "12036@g.us"})
    for at, person in ((5, {"from_number": "628111"}), (6, {"from_lid": "9002@lid"}), (7, {"from_number": "628111"})):
        event = group.model_copy(update={"at": at, **person})
        (done,) = await receipts.settle([Receipt(at, "ses_1", event.message_ids, event)])
        assert not done.unsettled
    one = RECEIPT.model_copy(update={"from_number": "628333"})
    await receipts.settle([Receipt(8, "ses_1", one.message_ids, one)])
    assert list(await stores.receipts.of("ses_1", "3EB0FF", limit=9)) == [
        PersonReceipt("628111", None, delivered=5),
        PersonReceipt(None, "9002@lid", delivered=6),
    ]
    assert (await stores.messages.get(row.id)).times[MessageState.DELIVERED] == 5  # type: ignore[union-attr]
