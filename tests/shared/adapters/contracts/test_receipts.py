"""What every adapter of `shared.messages.receipts.ReceiptRows` does."""

from shared.adapters.stores import Stores
from shared.ids import now_ms
from shared.messages.model import MessageState
from shared.messages.receipts import PersonReceipt
from tests.shared.adapters.contracts.samples import DAY, a_message


async def sent(stores: Stores, wa_id: str, session_uid: str = "ses_1") -> None:
    """A message that WhatsApp has."""
    row = a_message(session_uid, state=MessageState.SENDING, epoch=1)
    await stores.messages.accept(row)
    await stores.messages.advance(row.id, MessageState.SENT, now=2, wa_id=wa_id)


async def test_each_person_of_a_group_says_when(stores: Stores) -> None:
    """The first time of each state counts, whoever is named by number or LID; another message has its own."""
    await sent(stores, "WA1")
    await sent(stores, "WA2")
    for _ in range(2):
        assert await stores.receipts.note("ses_1", "WA1", PersonReceipt("628222", "9002@lid", delivered=5))
        assert await stores.receipts.note("ses_1", "WA1", PersonReceipt(None, "9002@lid", read=7))
        assert await stores.receipts.note("ses_1", "WA1", PersonReceipt(None, "9002@lid", delivered=9, played=10))
        assert await stores.receipts.note("ses_1", "WA1", PersonReceipt("628111", None, read=6))
        assert await stores.receipts.note("ses_1", "WA2", PersonReceipt("628333", None, read=8))
    assert not await stores.receipts.note("ses_1", "WA3", PersonReceipt("628333", None, read=8))
    assert not await stores.receipts.note("ses_2", "WA1", PersonReceipt("628333", None, read=8))
    assert list(await stores.receipts.of("ses_1", "WA1", limit=9)) == [
        PersonReceipt("628111", None, read=6),
        PersonReceipt("628222", "9002@lid", delivered=5, read=7, played=10),
    ]
    assert list(await stores.receipts.of("ses_1", "WA3", limit=9)) == []


async def test_a_large_group_has_pages(stores: Stores) -> None:
    """Nobody twice, nobody missing."""
    await sent(stores, "WA1")
    people = [f"62{number:09}" for number in range(25)]
    for number in people:
        await stores.receipts.note("ses_1", "WA1", PersonReceipt(number, None, delivered=5))
    seen: list[str] = []
    while page := await stores.receipts.of("ses_1", "WA1", limit=10, after=seen[-1] if seen else None):
        assert len(page) <= 10
        seen += [each.person for each in page]
    assert seen == people


async def test_they_go_with_their_session_and_with_time(stores: Stores) -> None:
    """Others keep theirs."""
    for uid in ("ses_1", "ses_2"):
        await sent(stores, "WA1", uid)
        await stores.receipts.note(uid, "WA1", PersonReceipt("628111", None, read=now_ms()))
    await stores.receipts.purge(before=now_ms() - DAY)
    for _ in range(2):
        await stores.messages.delete_of("ses_1")
        await stores.receipts.delete_of("ses_1")
    assert list(await stores.receipts.of("ses_1", "WA1", limit=9)) == []
    assert len(await stores.receipts.of("ses_2", "WA1", limit=9)) == 1
