"""The picture of a link's preview, which travels in the message: a small one."""

from __future__ import annotations

from session_host.media.orders import Order, Prepared
from session_host.media.work.picture_files import opened
from session_host.media.work.pictures import on_white
from session_host.media.work.thumbnails import thumbnail

_SIDE = 192
"""Pixels, as Baileys' previews have it."""


def prepare(order: Order) -> Prepared:
    """A thumbnail, and nothing else."""
    with opened(order.source) as picture:
        return Prepared("image/jpeg", thumbnail=thumbnail(on_white(picture), _SIDE))
