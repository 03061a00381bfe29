"""GIFs, which are films without sound on WhatsApp."""

from __future__ import annotations

from session_host.media.orders import Order, Prepared
from session_host.media.work.films import Wanted
from session_host.media.work.films import prepare as film


def prepare(order: Order) -> Prepared:
    """The GIF or film as MP4 without sound."""
    return film(order.source, order.target, Wanted(sound=False))
