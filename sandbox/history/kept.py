"""Messages that phones have, by which a linked device that could not decrypt one gets it after all."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from sandbox.wire.protobufs import web

_CAPACITY: Final = 2000


class Kept:
    """By phone and message id. The oldest are forgotten; nothing is kept over a restart."""

    def __init__(self) -> None:
        self._messages: OrderedDict[tuple[str, str], web.WebMessageInfo] = OrderedDict()

    def add(self, number: str, message: web.WebMessageInfo) -> None:
        """Have a phone keep a message."""
        self._messages[number, message.key.ID] = message
        if len(self._messages) > _CAPACITY:
            self._messages.popitem(last=False)

    def find(self, number: str, id_: str) -> web.WebMessageInfo | None:
        """Return a message that a phone has, None when it has none of this id."""
        return self._messages.get((number, id_))
