"""Video notes, which are shown round: square films."""

from __future__ import annotations

from session_host.media.orders import Order, Prepared
from session_host.media.work.films import Wanted
from session_host.media.work.films import prepare as film


def prepare(order: Order) -> Prepared:
    """The middle of the film, as high as wide."""
    return film(order.source, order.target, Wanted(square=True))
