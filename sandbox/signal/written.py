"""What phones wrote lately: a device that could not decrypt it asks for it again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sandbox.wire.nodes import Jid, Node

_CAPACITY: Final = 2000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a phone wrote it: the stanza's attributes, its children beside `<enc>`, and what is in that."""

    attrs: dict[str, str | Jid]
    beside: list[Node]
    plaintext: bytes


class Written:
    """By phone, message and device. The oldest are forgotten; nothing is kept over a restart."""

    def __init__(self) -> None:
        self._letters: OrderedDict[tuple[str, str, Jid], Letter] = OrderedDict()

    def add(self, number: str, to: Jid, letter: Letter) -> None:
        """Remember what a phone wrote to a device."""
        self._letters[number, str(letter.attrs["id"]), to] = letter
        if len(self._letters) > _CAPACITY:
            self._letters.popitem(last=False)

    def find(self, number: str, message: str, to: Jid) -> Letter | None:
        """Return what a phone wrote to a device, None when it forgot or never did."""
        return self._letters.get((number, message, to))
