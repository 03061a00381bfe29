"""Messages with a file: made ready and uploaded before their turn, with real rows, files and converters."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest

from session_host.outbound import preparing
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.media_client import NotUploaded
from shared.contracts.commands.messages import Send
from shared.contracts.content.document import Document
from shared.contracts.content.file import File
from shared.contracts.content.image import Image
from shared.contracts.content.kind import Content
from shared.deadline import Deadline
from shared.errors import Disconnected, MediaNotFound, MediaNotUploaded, MediaUnreadable, NumberNotOnWhatsApp
from shared.ids import new_file_id
from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus
from tests.session_host.gateway_host import eventually
from tests.session_host.media.inputs import picture
from tests.session_host.outbound.scripted import Setting, running


@pytest.fixture(params=["straight", "step by step"])
async def setting(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setting]:
    """Whatever way a message goes, the same comes of it."""
    async with running(tmp_path, straight=request.param == "straight") as made:
        yield made


async def _kept(setting: Setting, content: bytes) -> File:
    """A file that the gateway keeps."""

    async def chunks() -> AsyncGenerator[bytes]:
        yield content

    file_id = new_file_id()
    written = await setting.stores.files.write(file_id, chunks(), 1 << 20)
    return File(media_id=file_id, size=written.size, sha256=written.sha256, file_name="a.txt")


async def _document(setting: Setting, content: bytes = b"some words") -> Document:
    return Document(file=await _kept(setting, content))


def _picture() -> bytes:
    file = BytesIO()
    picture((64, 48)).save(file, "JPEG")
    return file.getvalue()


async def _accept(setting: Setting, content: Content, *, to: str = "628111111111", queue: bool = False) -> Send:
    return await setting.accept(content=content, to=to, queue=queue)


def _disconnect(setting: Setting, status: SessionStatus = SessionStatus.STOPPED) -> None:
    setting.session.report = SessionReport(status=status, since=0)


async def test_a_file_is_uploaded_before_its_message_is_sent(setting: Setting) -> None:
    """Once, as it is kept; its row is accepted all the while, and nothing of it stays on the disk at work."""
    setting.session.upload_gate = asyncio.Event()
    command = await _accept(setting, await _document(setting))
    sending = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.uploads))
    assert await setting.state(command) is MessageState.ACCEPTED
    assert not setting.session.sent
    setting.session.upload_gate.set()
    assert (await sending).state == "sent"
    assert setting.session.uploads == [("document", b"some words")]
    assert setting.session.sent == [command.message_id]
    assert not list(setting.at_work.iterdir())


async def test_a_document_of_a_known_type_is_not_read(setting: Setting) -> None:
    """It goes out as what it was when it came; a picture is looked at, for the small one that is shown."""
    file = await _kept(setting, b"%PDF-1.7 ...")
    for mimetype, processes in (("application/pdf", 0), ("", 1)):
        said = Document(file=file.model_copy(update={"mimetype": mimetype}))
        assert (await setting.send(await _accept(setting, said))).state == "sent"
        assert len(setting.converters.pids) == processes


async def test_a_new_message_is_stored_when_its_file_is_there(setting: Setting) -> None:
    """As a text: nothing is promised while its asker waits, and one write says that it is being sent."""
    setting.session.upload_gate = asyncio.Event()
    command = setting.new(content=await _document(setting))
    sending = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.uploads))
    assert await setting.stores.messages.get(command.message_id) is None
    setting.session.upload_gate.set()
    assert (await sending).state == "sent"
    assert await setting.state(command) is MessageState.SENT
    assert setting.session.sent == [command.message_id]


async def test_a_new_message_whose_file_takes_longer_than_its_asker_waits_is_sent_from_its_row(
    setting: Setting,
) -> None:
    """Its asker puts it into the store then, and asks once more: the two are one, uploaded and sent once."""
    setting.session.upload_gate = asyncio.Event()
    command = setting.new(content=await _document(setting))
    sending = asyncio.create_task(setting.send(command, within=50))
    await eventually(lambda: _truth(setting.session.uploads))
    again = asyncio.create_task(setting.send(await setting.store(command)))
    begun = setting.now()
    await eventually(lambda: _truth(setting.now() > begun + 50))
    setting.session.upload_gate.set()
    assert [(await each).state for each in (sending, again)] == ["sent", "sent"]
    assert setting.session.sent == [command.message_id]
    assert len(setting.session.uploads) == 1


async def test_a_new_message_that_nobody_stored_in_time_is_left_to_its_asker(setting: Setting) -> None:
    """Its file was there too late: it is not sent, and not put into the store, where its asker may be about to."""
    setting.session.upload_gate = asyncio.Event()
    command = setting.new(content=await _document(setting))
    sending = asyncio.create_task(setting.send(command, within=50))
    await eventually(lambda: _truth(setting.session.uploads))
    begun = setting.now()
    await eventually(lambda: _truth(setting.now() > begun + 50))
    setting.session.upload_gate.set()
    assert (await sending).state == "accepted"
    assert await setting.stores.messages.get(command.message_id) is None
    assert setting.session.sent == []


async def test_a_new_message_whose_file_cannot_be_sent_has_a_row_that_says_so(setting: Setting) -> None:
    """So that its id can be asked for, as of one that was stored before."""
    command = setting.new(content=Image(file=await _kept(setting, b"no picture")))
    with pytest.raises(MediaUnreadable):
        await setting.send(command)
    assert await setting.state(command) is MessageState.FAILED


async def test_a_picture_that_is_sent_again_is_not_looked_at_again(setting: Setting) -> None:
    """What WhatsApp is told of it is known by then, where it goes out as it is; its file is read where it is kept."""
    picture = Image(file=await _kept(setting, _picture()))
    assert (await setting.send(setting.new(content=picture))).state == "sent"
    await setting.converters.close()
    assert (await setting.send(setting.new(content=picture))).state == "sent"
    assert setting.converters.pids == []
    assert setting.session.uploads == [("image", _picture())] * 2


async def test_texts_do_not_wait_for_a_file(setting: Setting) -> None:
    """They pass it while it is uploaded."""
    setting.session.upload_gate = asyncio.Event()
    slow = await _accept(setting, await _document(setting))
    sending = asyncio.create_task(setting.send(slow))
    await eventually(lambda: _truth(setting.session.uploads))
    text = await setting.accept()
    assert (await asyncio.wait_for(setting.send(text), 45)).state == "sent"
    setting.session.upload_gate.set()
    await sending
    assert setting.session.sent == [text.message_id, slow.message_id]


async def test_files_of_one_chat_keep_their_order(setting: Setting) -> None:
    """The first one takes longest to be made ready: those behind it are uploaded meanwhile, and sent after it."""
    first = await _accept(setting, await _document(setting))
    others = [await _accept(setting, await _document(setting)) for _ in range(3)]
    elsewhere = await _accept(setting, await _document(setting), to="628222222222")
    setting.session.upload_raises = [NotUploaded("once more", code=500)]
    replies = await asyncio.gather(*(setting.send(command) for command in [first, *others, elsewhere]))
    assert {reply.state for reply in replies} == {"sent"}
    sent = [id_ for id_ in setting.session.sent if id_ != elsewhere.message_id]
    assert sent == [first.message_id, *(command.message_id for command in others)]
    assert len(setting.session.uploads) == 6


async def test_a_file_that_cannot_be_sent_fails_its_message(setting: Setting) -> None:
    """With the words for it, before anything is uploaded; its row says so."""
    command = await _accept(setting, Image(file=await _kept(setting, b"no picture")))
    with pytest.raises(MediaUnreadable):
        await setting.send(command)
    assert setting.session.uploads == []
    assert await setting.state(command) is MessageState.FAILED
    for mimetype in ("", "application/pdf"):
        file = File(media_id=new_file_id(), size=1, sha256="00", mimetype=mimetype)
        with pytest.raises(MediaNotFound):
            await setting.send(await _accept(setting, Document(file=file)))
    assert setting.session.sent == []


async def test_nothing_is_made_ready_for_nobody(setting: Setting) -> None:
    """A number that is not on WhatsApp, a session that is not connected: they are told at once."""
    setting.session.absent.add("628999999999")
    with pytest.raises(NumberNotOnWhatsApp):
        await setting.send(await _accept(setting, await _document(setting), to="628999999999"))
    _disconnect(setting)
    with pytest.raises(Disconnected):
        await setting.send(await _accept(setting, await _document(setting)))
    assert setting.session.uploads == []


async def test_an_upload_is_tried_again(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times; then the message fails, and it is said that nothing was sent."""
    monkeypatch.setattr(preparing, "_FIRST_RETRY", 0.01)
    setting.session.upload_raises = [NotUploaded("no", code=500)] * 3
    command = await _accept(setting, await _document(setting))
    with pytest.raises(MediaNotUploaded):
        await setting.send(command)
    assert len(setting.session.uploads) == 3
    assert await setting.state(command) is MessageState.FAILED


async def test_a_denied_upload_waits_for_a_new_leave(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library asks for one when the old one has run out; a message that ends before fails at once."""
    setting.session.upload_raises = [NotUploaded("status code 401", code=401)]
    with pytest.raises(MediaNotUploaded) as refused:
        await setting.send(await _accept(setting, await _document(setting)))
    assert refused.value.retry_after == 300
    monkeypatch.setattr(preparing, "_NEW_LEAVE_AFTER", 0.2)
    setting.session.upload_raises = [NotUploaded("status code 401", code=401)]
    assert (await setting.send(await _accept(setting, await _document(setting)))).state == "sent"


async def test_a_message_that_may_wait_is_made_ready_again_when_the_session_is_back(setting: Setting) -> None:
    """The connection is lost while it is uploaded: it is queued, and sent once."""
    setting.session.upload_gate = asyncio.Event()
    command = await _accept(setting, await _document(setting), queue=True)
    sending = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.uploads))
    _disconnect(setting, SessionStatus.LOGGED_OUT)
    setting.session.upload_raises = [NotSent("The connection is down.")]
    setting.session.upload_gate.set()
    assert (await sending).state == "queued"
    setting.session.report = SessionReport(status=SessionStatus.CONNECTED, since=0)
    setting.outbox.look()
    await eventually(lambda: setting.is_in(command, MessageState.SENT))
    assert setting.session.sent == [command.message_id]


async def test_a_message_that_is_made_ready_is_left_to_the_next_owner(setting: Setting) -> None:
    """Its row stays as it is, and whoever takes the session does it again."""
    setting.session.upload_gate = asyncio.Event()
    command = await _accept(setting, await _document(setting))
    sending = asyncio.create_task(setting.send(command))
    await eventually(lambda: _truth(setting.session.uploads))
    await asyncio.wait_for(setting.outbox.stop(Deadline.after(1), Deadline.after(20)), 45)
    assert (await sending).state == "accepted"
    assert await setting.state(command) is MessageState.ACCEPTED
    assert setting.session.sent == []


async def test_a_row_with_a_file_is_found(setting: Setting) -> None:
    """As any that waits."""
    command = await _accept(setting, await _document(setting))
    setting.outbox.look()
    await eventually(lambda: setting.is_in(command, MessageState.SENT))


async def _truth(found: object) -> bool:
    return bool(found)
