"""Videos."""

from __future__ import annotations

from session_host.media.orders import Order, Prepared
from session_host.media.work.films import Wanted
from session_host.media.work.films import prepare as film


def prepare(order: Order) -> Prepared:
    """The video as MP4."""
    return film(order.source, order.target, Wanted())
