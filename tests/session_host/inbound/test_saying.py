"""What is said about messages, applied from a journal: to the inbox, or to what was sent from here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_host.inbound.applying import Inbound
from session_host.inbound.journal import Journal
from session_host.inbound.receipts import Receipts, Sends
from session_host.session.chat_timers import ChatTimers
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import MessageReceived, Target
from shared.contracts.shown import Reaction, Shown, Vote
from shared.messages.model import MessageState
from shared.settings import StoreSettings
from tests.session_host.gateway_host import eventually
from tests.session_host.no_resends import no_resends
from tests.session_host.own_shard import ALL_HERE
from tests.shared.adapters.contracts.samples import a_message

CHAT, NUMBER = "628111@s.whatsapp.net", "628111"


class Shard:
    """A journal, what applies it, and what has been opened by now."""

    def __init__(self, stores: Stores, folder: Path) -> None:
        self.stores, self.sends, self.openable = stores, Sends(0, 0, 1), False
        self.journal = Journal(folder / "0.db", synchronous="NORMAL")
        receipts = Receipts(stores.messages, lambda _: self.sends)
        timers = ChatTimers(stores.messages)
        resends = no_resends(stores)
        self.inbound = Inbound(self.journal, stores.inbox, receipts, ALL_HERE, resends, timers, self.unsealed)

    async def unsealed(self, uid: str, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
        assert uid == "ses_1"
        assert all(raw == b"raw" for _, raw in sealed)
        if not self.openable:
            return [event for event, _ in sealed]
        content = Shown(message="new", edited=True, message_id="M1")
        return [event.model_copy(update={"sealed": False, "content": content}) for event, _ in sealed]

    async def applies(self, *events: MessageReceived) -> None:
        """Write them down and apply them, each in a batch of its own."""
        for event in events:
            self.journal.append("ses_1", event, b"raw")
            while await self.inbound.apply():
                pass

    async def shows(self) -> dict[str, Any]:
        """What is shown in the inbox, by id."""
        page = await self.stores.inbox.newest("ses_1", limit=100)
        return {message.id: message.shown for message in page.messages}


@pytest.fixture
async def shard(tmp_path: Path) -> AsyncIterator[Shard]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        made = Shard(stores, tmp_path)
        with closing(made.journal), closing(made.inbound):
            yield made


def said(
    id_: str, type_: str = "text", *, about: str | None = None, mine: bool = False, **more: Any
) -> MessageReceived:
    """A message of the contact's; `about`: the message that it says something of, the session's own if `mine`."""
    target = None if about is None else Target(id=about, from_me=mine, from_number=NUMBER, said_at=int(id_[1:]))
    fields = {"content": Shown(message=f"text of {id_}")} | more
    return MessageReceived(
        at=int(id_[1:]), id=id_, chat=CHAT, from_number=NUMBER, from_lid=None, from_me=False, timestamp=1, type=type_,
        target=target, **fields,
    )  # fmt: skip


EDIT = said("M2", "edit", about="M1", content=Shown(message="new", edited=True, message_id="M1"))
REVOKE = said("M3", "revoke", about="M1", content=Shown(deleted=True, message_id="M1"))


async def test_an_edit_of_a_message_that_is_not_here_is_a_row_of_its_own(shard: Shard) -> None:
    """Nothing vanishes; when the message comes, it says what it says by now. Again, it is the same."""
    for _ in range(2):
        await shard.applies(EDIT)
        assert await shard.shows() == {"M2": {"message": "new", "edited": True, "messageId": "M1"}}
    await shard.applies(said("M1"), said("M1"))
    assert await shard.shows() == {
        "M2": {"message": "new", "edited": True, "messageId": "M1"},
        "M1": {"message": "new", "edited": True},
    }
    await shard.applies(REVOKE)
    assert (await shard.shows())["M1"] == {"deleted": True}


async def test_an_edit_of_a_message_that_is_here_is_no_row(shard: Shard) -> None:
    """Nor is a delete; a reaction is one, beside the list."""
    liked = said("M4", "reaction", about="M1", content=Shown(reaction=Reaction(message_id="M1", emoji="!")))
    await shard.applies(said("M1"), EDIT, liked)
    shows = await shard.shows()
    assert shows.keys() == {"M1", "M4"}
    assert shows["M1"]["reactions"] == [{"from": NUMBER, "emoji": "!", "timestamp": 0}]
    await shard.applies(REVOKE)
    assert (await shard.shows()).keys() == {"M1", "M4"}


@pytest.mark.parametrize("first", ["message", "edit"])
async def test_what_is_sealed_is_opened_once_that_can_be(shard: Shard, first: str) -> None:
    """Also when its message comes later, and when who was to open it died: then it is published anew, opened."""
    sealed = said("M2", "edit", about="M1", sealed=True, content=Shown(message_id="M1"))
    await shard.applies(*([said("M1"), sealed] if first == "message" else [sealed]))
    assert (await shard.shows())["M2"] == {"messageId": "M1"}
    if first == "edit":
        await shard.applies(said("M1"))
    assert (await shard.shows())["M1"] == {"message": "text of M1"}
    shard.openable = True
    await shard.applies(said("M1") if first == "edit" else sealed)
    assert await shard.shows() == {
        "M2": {"message": "new", "edited": True, "messageId": "M1"},
        "M1": {"message": "new", "edited": True},
    }
    written = [entry.parse() for entry in shard.journal.read("published", after=0, limit=100)]
    opened = [event for event in written if isinstance(event, MessageReceived) and event.again]
    assert [(event.id, event.content.message) for event in opened] == [("M2", "new")]
    await shard.applies(said("M1"))
    assert len(shard.journal.read("published", after=0, limit=100)) == len(written) + 1


async def test_a_vote_waits_for_the_send_of_its_poll(shard: Shard) -> None:
    """Its row may get WhatsApp's id a moment later; what was not sent from here is the phone's, in the inbox."""
    row = a_message(content={"type": "poll", "question": "Lunch?", "options": ["Rice"]}, state=MessageState.SENDING)
    await shard.stores.messages.accept(row)
    shard.sends = Sends(begun=1, ended=0, epoch=1)
    vote = said("M5", "vote", about="M9", mine=True, content=Shown(vote=Vote(message_id="M9")))
    await shard.applies(vote)
    assert shard.journal.waiting("applied") == 1
    await shard.stores.messages.advance(row.id, MessageState.SENT, now=2, wa_id="M9")
    shard.sends = Sends(begun=1, ended=1, epoch=1)

    async def voted() -> bool:
        await shard.inbound.apply()
        found = await shard.stores.messages.get(row.id)
        return found is not None and len(found.changes.get("votes", ())) == 1

    await eventually(voted)
    from_phone = said("M7").model_copy(update={"from_me": True})
    liked = said("M8", "reaction", about="M7", mine=True, content=Shown(reaction=Reaction(message_id="M7", emoji="!")))
    await shard.applies(liked, from_phone)
    assert len((await shard.shows())["M7"]["reactions"]) == 1
