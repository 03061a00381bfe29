"""Pictures that a number or a group shows of itself: square, small, and saying nothing of whoever made them."""

from __future__ import annotations

from PIL import Image, ImageOps

from session_host.media.orders import Order, Prepared
from session_host.media.work.picture_files import opened
from session_host.media.work.pictures import on_white

_SIDE = 640
"""Pixels, as WhatsApp's own programs send."""
_QUALITY = 82


def prepare(order: Order) -> Prepared:
    """The middle of the picture as a JPEG of at most 640 x 640 pixels."""
    with opened(order.source) as picture:
        shown = on_white(ImageOps.exif_transpose(picture))
    side = min(*shown.size, _SIDE)
    square = ImageOps.fit(shown, (side, side), Image.Resampling.LANCZOS)
    square.info.clear()
    square.save(order.target, "JPEG", quality=_QUALITY, optimize=True)
    return Prepared("image/jpeg", converted=True, width=side, height=side)
