"""Texts with a preview of their link: its small picture is made before their turn, and holds nothing up."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from session_host.outbound import preparing
from session_host.whatsapp.beside import Beside
from shared.contracts.about import About, Preview
from shared.contracts.commands.messages import Send
from shared.contracts.content.file import File
from shared.ids import new_file_id
from tests.session_host.media.inputs import picture
from tests.session_host.outbound.scripted import Setting, running
from tests.session_host.outbound.test_files import _kept


@pytest.fixture(params=["straight", "step by step"])
async def setting(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setting]:
    """Whatever way a message goes, the same comes of it."""
    async with running(tmp_path, straight=request.param == "straight") as made:
        yield made


def _about(shown: File | None) -> About:
    return About(preview=Preview(url="https://x.test", title="X", picture=shown))


async def _sent(setting: Setting, command: Send, about: About) -> Beside:
    reply = await setting.send(command.model_copy(update={"about": about}))
    assert reply.state == "sent"
    beside = setting.session.besides[-1]
    assert beside is not None
    assert beside.preview == about.preview
    return beside


async def test_its_picture_goes_along_as_a_small_one(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a message that is in the store, and of one that is not; nothing is uploaded for it."""
    monkeypatch.setattr(preparing, "_THUMBNAIL_WITHIN", 40.0)  # a busy machine may need more than what a text waits
    picture((800, 400), "RGBA").save(tmp_path / "a.png")
    about = _about(await _kept(setting, (tmp_path / "a.png").read_bytes()))
    for command in (await setting.accept(), setting.new()):
        small = Image.open(BytesIO((await _sent(setting, command, about)).thumbnail))
        assert (small.format, small.size) == ("JPEG", (192, 96))
    assert setting.session.uploads == []
    assert not list(setting.at_work.iterdir())


async def test_a_picture_that_cannot_be_made_small_is_left_out(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is gone, one that is none, one that takes too long; and where there is none, nothing is asked."""
    gone = File(media_id=new_file_id(), size=1, sha256="00")
    for shown in (gone, await _kept(setting, b"no picture"), None):
        assert (await _sent(setting, setting.new(), _about(shown))).thumbnail == b""
    monkeypatch.setattr(preparing, "_THUMBNAIL_WITHIN", 0.0)
    assert (await _sent(setting, setting.new(), _about(await _kept(setting, b"slow")))).thumbnail == b""
