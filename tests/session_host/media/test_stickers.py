"""Stickers are WebP of 512 x 512 pixels within WhatsApp's bytes, and move where what they are made of does."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from session_host.media.orders import Order
from session_host.media.work.stickers import prepare
from tests.session_host.media.inputs import animation, film, picture


def _still(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        file = folder / f"a.{suffix}"
        picture((700, 300), "RGBA" if suffix != "jpg" else "RGB").save(file)
        return file

    return make


_INPUTS: dict[str, tuple[Callable[[Path], Path], bool]] = {
    "png": (_still("png"), False),
    "jpg": (_still("jpg"), False),
    "webp": (_still("webp"), False),
    "gif that moves": (lambda folder: animation(folder / "a.gif"), True),
    "webp that moves": (lambda folder: animation(folder / "a.webp"), True),
    "mp4": (lambda folder: film(folder / "a.mp4", seconds=2), True),
}


@pytest.mark.parametrize("name", _INPUTS)
def test_stickers_are_made_of_pictures_and_films(tmp_path: Path, name: str) -> None:
    """Of six kinds of files; Pillow opens each, and it moves where it did."""
    make, moves = _INPUTS[name]
    made = prepare(Order("sticker", make(tmp_path), tmp_path / "out"))

    assert (made.mimetype, made.converted, made.width, made.height) == ("image/webp", True, 512, 512)
    assert made.animated is moves
    with Image.open(tmp_path / "out") as sticker:
        assert (sticker.format, sticker.size) == ("WEBP", (512, 512))
        assert getattr(sticker, "is_animated", False) is moves
        assert getattr(sticker, "n_frames", 1) >= (8 if moves else 1)
        assert sticker.convert("RGBA").getpixel((5, 5))[3] == 0  # it is no square, and stays so
    assert (tmp_path / "out").stat().st_size <= (500_000 if moves else 100_000)


@pytest.mark.parametrize("moves", [False, True])
def test_a_sticker_goes_out_unchanged(tmp_path: Path, *, moves: bool) -> None:
    """One that is so already."""
    source = tmp_path / "a.webp"
    first, *rest = [picture((512, 512)).rotate(10 * at) for at in range(4 if moves else 1)]
    first.save(source, save_all=moves, append_images=rest, duration=80)
    made = prepare(Order("sticker", source, tmp_path / "out"))
    assert (made.converted, made.animated) == (False, moves)


def test_a_sticker_is_made_small_enough(tmp_path: Path) -> None:
    """Noise does not compress: quality and frames go until it fits."""
    source = tmp_path / "a.gif"
    noise = random.Random(1)  # noqa: S311 - pixels
    frames = [Image.frombytes("RGB", (64, 64), noise.randbytes(64 * 64 * 3)) for _ in range(12)]
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100)
    made = prepare(Order("sticker", source, tmp_path / "out"))
    assert made.animated
    assert (tmp_path / "out").stat().st_size <= 500_000
