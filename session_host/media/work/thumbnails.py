"""The small picture that is shown until a file has been fetched."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

_SIDE = 96
_QUALITY = 55


def thumbnail(picture: Image.Image, side: int = _SIDE) -> bytes:
    """A JPEG of a kilobyte or so, of so many pixels at most; the picture is decoded for it, as a whole."""
    small = ImageOps.exif_transpose(picture).convert("RGB")
    small.thumbnail((side, side))
    small.info.clear()
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
