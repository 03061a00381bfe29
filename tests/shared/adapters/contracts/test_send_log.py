"""What every adapter of `shared.messages.send_log.SendLog` does."""

from shared.adapters.stores import Stores
from shared.messages.model import ChatTimer, MessageState
from shared.messages.receipts import PersonReceipt
from tests.shared.adapters.contracts.samples import a_message


async def test_the_newest_come_first_in_pages(stores: Stores) -> None:
    """Of all chats and states of one session; nobody else's, and nothing that stands beside messages."""
    made = [a_message(to=f"62812{number % 3}@s.whatsapp.net") for number in range(25)]
    for row in made:
        await stores.messages.accept(row)
    await stores.messages.accept(a_message("ses_2"))
    await stores.messages.advance(made[3].id, MessageState.FAILED, now=2)
    await stores.messages.advance(made[4].id, MessageState.SENDING, now=2, epoch=1)
    await stores.messages.advance(made[4].id, MessageState.SENT, now=2, wa_id="WA4")
    assert await stores.receipts.note("ses_1", "WA4", PersonReceipt("628111", None, read=6))
    await stores.messages.set_timer(ChatTimer("ses_1", "628", "628111@s.whatsapp.net", 60, 1))
    seen: list[str] = []
    while page := await stores.send_log.newest("ses_1", limit=10, before=seen[-1] if seen else None):
        assert len(page) <= 10
        seen += [message.id for message in page]
    assert seen == sorted((row.id for row in made), reverse=True)
    failed = next(row for row in await stores.send_log.newest("ses_1", limit=25) if row.id == made[3].id)
    assert failed.state is MessageState.FAILED


async def test_a_session_that_sent_nothing_has_none(stores: Stores) -> None:
    """An empty page, and no error."""
    assert list(await stores.send_log.newest("ses_9", limit=10)) == []
