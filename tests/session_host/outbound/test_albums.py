"""Albums: one row of which the parts are made, with real rows, files and converters."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session_host.whatsapp.client import InDoubt, NotSent
from shared.contracts.commands.messages import Send
from shared.contracts.content.album import Album
from shared.contracts.content.image import Image
from shared.deadline import Deadline
from shared.errors import MediaUnreadable, SendUnknown, WhatsAppRefused
from shared.ids import part_id
from shared.messages.model import MessageState, OutboundMessage
from tests.session_host.gateway_host import eventually
from tests.session_host.media.inputs import picture
from tests.session_host.outbound.scripted import Setting, running
from tests.session_host.outbound.test_files import _kept


@pytest.fixture(params=["straight", "step by step"])
async def setting(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setting]:
    """Whatever way a message goes, the same comes of it."""
    async with running(tmp_path, straight=request.param == "straight") as made:
        yield made


async def _album(setting: Setting, folder: Path, *more: bytes) -> Album:
    """Three pictures, each another, and what else is said to be one."""
    items: list[Image] = []
    for side in (40, 50, 60):
        picture((side, side)).save(folder / "a.jpg")
        items.append(Image(file=await _kept(setting, (folder / "a.jpg").read_bytes()), caption=f"of {side}"))
    return Album(items=(*items, *[Image(file=await _kept(setting, each)) for each in more]))


def _parts(command: Send, count: int = 3) -> list[str]:
    return [part_id(command.message_id, place) for place in range(count)]


async def _rows(setting: Setting, command: Send) -> list[OutboundMessage | None]:
    return [await setting.stores.messages.get(each) for each in _parts(command)]


async def _are(setting: Setting, command: Send, *states: MessageState) -> bool:
    return all(row is not None and row.state in states for row in await _rows(setting, command))


async def test_an_album_goes_first_and_its_parts_name_it(setting: Setting, tmp_path: Path) -> None:
    """In their order, each with a file that was uploaded once, before any of them went."""
    command = await setting.accept(content=await _album(setting, tmp_path))
    assert (await setting.send(command)).state == "sent"
    await eventually(lambda: _are(setting, command, MessageState.SENT))
    assert setting.session.sent == [command.message_id, *_parts(command)]
    assert len(setting.session.uploads) == 3
    (whole, *besides) = setting.session.besides
    assert whole is None
    for beside in besides:
        assert beside is not None
        assert beside.album is not None
        assert (beside.album.id, beside.album.from_me) == (f"WA-{command.message_id}", True)
    assert [row.content["caption"] for row in await _rows(setting, command) if row] == ["of 40", "of 50", "of 60"]


async def test_an_album_with_a_file_that_cannot_be_sent_is_not_begun(setting: Setting, tmp_path: Path) -> None:
    """Nobody gets a part of it, and no row of a part is made."""
    command = await setting.accept(content=await _album(setting, tmp_path, b"no picture"))
    with pytest.raises(MediaUnreadable):
        await setting.send(command)
    assert setting.session.sent == []
    assert await _rows(setting, command) == [None] * 3


async def test_its_parts_are_in_the_store_before_it_is_handed_over(setting: Setting, tmp_path: Path) -> None:
    """Whoever comes after a crash at that moment finds them; they may wait, though the album might not."""
    setting.session.gate = threading.Event()
    command = await setting.accept(content=await _album(setting, tmp_path))
    sending = asyncio.create_task(setting.send(command))

    async def handed_over() -> bool:
        return bool(setting.session.sent)

    await eventually(handed_over)
    rows = await _rows(setting, command)
    assert [row and (row.state, row.queue, row.about) for row in rows] == [
        (MessageState.ACCEPTED, True, {"album": command.message_id})
    ] * 3
    setting.outbox.look()  # they are found while nobody knows what becomes of the album
    setting.session.gate.set()
    setting.session.gate = None
    await sending
    setting.outbox.look()
    await eventually(lambda: _are(setting, command, MessageState.SENT))
    assert setting.session.sent == [command.message_id, *_parts(command)]


async def test_the_next_owner_sends_what_is_left(tmp_path: Path) -> None:
    """A host that ends behind the album, or behind one of its parts: the rest goes out, and nothing twice."""
    async with running(tmp_path, straight=True) as setting:
        command = await setting.accept(content=await _album(setting, tmp_path))
        assert (await setting.send(command)).state == "sent"
        await setting.outbox.stop(Deadline.after(1), Deadline.after(1))
        first = list(setting.session.sent)
    async with running(tmp_path, straight=True) as setting:
        setting.outbox.look()
        await eventually(lambda: _are(setting, command, MessageState.SENT))
        assert [*first, *setting.session.sent] == [command.message_id, *_parts(command)]


async def test_parts_of_an_album_that_was_refused_are_not_sent(setting: Setting, tmp_path: Path) -> None:
    """They end as it did, with its reason."""
    setting.session.raises = [NotSent("refused", refused=True, code=400)]
    command = await setting.accept(content=await _album(setting, tmp_path))
    with pytest.raises(WhatsAppRefused):
        await setting.send(command)
    await eventually(lambda: _are(setting, command, MessageState.FAILED))
    assert {row.failure.code for row in await _rows(setting, command) if row and row.failure} == {WhatsAppRefused.code}
    assert setting.session.sent == [command.message_id]


async def test_parts_of_an_album_that_may_not_have_gone_go_all_the_same(setting: Setting, tmp_path: Path) -> None:
    """They name it where its id is known; else they are pictures by themselves."""
    for wa_id in ("3EB0", None):
        setting.session.raises = [InDoubt("no answer", wa_id=wa_id)]
        command = await setting.accept(content=await _album(setting, tmp_path))
        with pytest.raises(SendUnknown):
            await setting.send(command)
        await eventually(lambda command=command: _are(setting, command, MessageState.SENT))
        named = [beside and beside.album and beside.album.id for beside in setting.session.besides[-3:]]
        assert named == [wa_id] * 3
