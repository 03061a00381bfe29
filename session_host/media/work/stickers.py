"""Stickers: WebP of 512 x 512 pixels, within the bytes that WhatsApp's phones show."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import filetype
from av.video.frame import VideoFrame
from PIL import Image, ImageOps, ImageSequence

from session_host.media.orders import Order, Prepared
from session_host.media.work.picture_files import opened
from session_host.media.work.sound_and_film import opened as opened_film
from shared.errors import MediaTooHeavy, MediaUnreadable

_SIDE = 512
_STILL_BYTES, _MOVING_BYTES = 100_000, 500_000
_QUALITIES = (85, 70, 50, 30, 15)
_FRAMES = (1, 2, 3)
"""Of a film that is too large: each of its frames, every second, every third."""
_EACH_MS = 1000 / 12
_LONGEST_MS = 8000
_SHORTEST_MS = 8
_PACK = 0x5741
"""The one Exif tag that a sticker may have: what pack it is of."""
_WEBP = "image/webp"

Frames = list[tuple[Image.Image, float]]
"""Each with the milliseconds from the beginning at which it is shown."""


def prepare(order: Order) -> Prepared:
    """The picture or the film as a sticker."""
    if str(filetype.guess_mime(str(order.source)) or "").startswith("video/"):
        return _moving(_of_film(order.source), order.target)
    with opened(order.source) as picture:
        moves: bool = getattr(picture, "is_animated", False)
        if _is_fine(picture, order.source, moves=moves):
            return _described(animated=moves)
        if moves:
            return _moving(_of_picture(picture), order.target)
        still = _placed(ImageOps.exif_transpose(picture))
    _write(order.target, _STILL_BYTES, partial(_encoded, still))
    return _described(converted=True, animated=False)


def _described(*, animated: bool, converted: bool = False) -> Prepared:
    return Prepared(_WEBP, converted=converted, width=_SIDE, height=_SIDE, animated=animated)


def _is_fine(picture: Image.Image, file: Path, *, moves: bool) -> bool:
    if picture.format != "WEBP" or picture.size != (_SIDE, _SIDE) or set(picture.getexif()) - {_PACK}:
        return False
    for frame in ImageSequence.Iterator(picture):
        frame.load()
    return "xmp" not in picture.info and file.stat().st_size <= (_MOVING_BYTES if moves else _STILL_BYTES)


def _placed(picture: Image.Image) -> Image.Image:
    """In the middle of a square that one sees through."""
    fitted = ImageOps.contain(picture.convert("RGBA"), (_SIDE, _SIDE))
    square = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    square.paste(fitted, ((_SIDE - fitted.width) // 2, (_SIDE - fitted.height) // 2))
    return square


def _thinned(frames: Iterable[tuple[Callable[[], Image.Image], float]]) -> Frames:
    """Twelve frames a second at most, of the first eight seconds."""
    kept: Frames = []
    for picture, at in frames:
        if at > _LONGEST_MS:
            break
        if not kept or at >= kept[-1][1] + _EACH_MS - 1:
            kept.append((_placed(picture()), at))
    return kept


def _of_picture(picture: Image.Image) -> Frames:
    def frames() -> Iterable[tuple[Callable[[], Image.Image], float]]:
        at = 0.0
        for frame in ImageSequence.Iterator(picture):
            frame.load()
            yield frame.copy, at
            at += max(float(frame.info.get("duration") or 100), _SHORTEST_MS)

    return _thinned(frames())


def _of_film(file: Path) -> Frames:
    with opened_film(file) as (container, _):
        if not container.streams.video:
            raise MediaUnreadable("There is no film in the file.")

        def frames() -> Iterable[tuple[Callable[[], Image.Image], float]]:
            for frame in container.decode(video=0):
                yield partial(_upright, frame), (frame.time or 0) * 1000

        return _thinned(frames())


def _upright(frame: VideoFrame) -> Image.Image:
    return frame.to_image().rotate(frame.rotation, expand=True)


def _moving(frames: Frames, target: Path) -> Prepared:
    if not frames:
        raise MediaUnreadable("The file has no frame that can be shown.")
    for each in _FRAMES:
        if _write(target, _MOVING_BYTES, partial(_animated, frames[::each]), must=each == _FRAMES[-1]):
            break
    return _described(converted=True, animated=len(frames) > 1)


def _write(target: Path, most: int, encode: Callable[[int], bytes], *, must: bool = True) -> bool:
    """Write it in the best quality that is small enough; False when none is. Raises MediaTooHeavy when it must be."""
    for quality in _QUALITIES:
        made = encode(quality)
        if len(made) <= most:
            target.write_bytes(made)
            return True
    if must:
        raise MediaTooHeavy(
            f"As a sticker it would have more than {most} bytes. Make it simpler or shorter.", limit=most
        )
    return False


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _animated(frames: Frames, quality: int) -> bytes:
    pictures = [picture for picture, _ in frames]
    ends = [at for _, at in frames[1:]]
    lasts = [max(_SHORTEST_MS, round(end - at)) for (_, at), end in zip(frames, ends, strict=False)]
    out = io.BytesIO()
    pictures[0].save(
        out, "WEBP", save_all=True, append_images=pictures[1:], duration=[*lasts, lasts[-1] if lasts else 100],
        loop=0, quality=quality, method=2,
    )  # fmt: skip
    return out.getvalue()
