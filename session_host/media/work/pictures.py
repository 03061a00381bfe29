"""Pictures: a JPEG that WhatsApp takes and that says nothing of whoever made it.

Bytes that are so already stay as they are.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from session_host.media.orders import Order, Prepared
from session_host.media.work.picture_files import opened
from session_host.media.work.thumbnails import thumbnail

_JPEG = "image/jpeg"
_LONGEST_SIDE = 4096
"""Pixels; as WhatsApp's own programs send in HD."""
_MOST_BYTES = 16 << 20
_QUALITY = 88
_SAYS_NOTHING = (("APP0", b"JFIF\0"), ("APP2", b"ICC_PROFILE\0"), ("APP14", b"Adobe"))
"""Segments of a JPEG that only say how its colours are to be read."""
_END = b"\xff\xd9"


def prepare(order: Order) -> Prepared:
    """The picture as a JPEG."""
    with opened(order.source) as picture:
        if _is_fine(picture, order.source):
            width, height = picture.size
            return Prepared(_JPEG, width=width, height=height, thumbnail=thumbnail(picture))
        colours = picture.info.get("icc_profile") if picture.mode in {"RGB", "RGBA", "L"} else None
        if picture.format == "JPEG" and not _needs_change(picture):
            picture.info.pop("comment", None)  # or it is kept
            picture.save(order.target, "JPEG", quality="keep", icc_profile=colours)  # only what it said is lost
            width, height, small = *picture.size, thumbnail(picture)
        else:
            shown = on_white(ImageOps.exif_transpose(picture))
            shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            shown.info.clear()
            shown.save(order.target, "JPEG", quality=_QUALITY, optimize=True, icc_profile=colours)
            width, height, small = *shown.size, thumbnail(shown)
    return Prepared(_JPEG, converted=True, width=width, height=height, thumbnail=small)


def on_white(picture: Image.Image) -> Image.Image:
    """The picture in colours that a JPEG has; where one sees through it, it is white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def _is_fine(picture: Image.Image, file: Path) -> bool:
    if picture.format != "JPEG" or _needs_change(picture):
        return False
    with file.open("rb") as source:
        source.seek(-len(_END), 2)
        ends = source.read() == _END  # phones put videos behind pictures
    segments: list[tuple[str, bytes]] = getattr(picture, "applist", [])
    return ends and all(
        any(name == known and data.startswith(start) for known, start in _SAYS_NOTHING) for name, data in segments
    )


def _needs_change(picture: Image.Image) -> bool:
    """Whether its pixels cannot stay."""
    orientation: int = picture.getexif().get(0x0112, 1)
    large = max(picture.size) > _LONGEST_SIDE or Path(getattr(picture, "filename", "")).stat().st_size > _MOST_BYTES
    return orientation != 1 or picture.mode not in {"RGB", "L"} or large
