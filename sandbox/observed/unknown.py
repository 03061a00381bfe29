"""What clients asked in vain: to see what they need that is not here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

_CAPACITY: Final = 1000


@dataclass(slots=True)
class Unknown:
    """One sort of question. `tags`: what it had in it; `number` and `device`: who asked last, empty before a login."""

    namespace: str
    type: str
    tags: tuple[str, ...]
    to: str
    times: int = 0
    last: float = 0.0
    number: str = ""
    device: int = 0


class UnknownQuestions:
    """The sorts of questions answered with 501, the oldest first; beyond a thousand the oldest is forgotten."""

    def __init__(self) -> None:
        self._sorts: dict[tuple[str, str, tuple[str, ...], str], Unknown] = {}

    def add(self, namespace: str, type_: str, tags: tuple[str, ...], to: str, by: tuple[str, int] | None) -> None:
        """Note one; `by`: the device that asked, None before a login."""
        key = namespace, type_, tags, to
        sort = self._sorts.get(key)
        if sort is None:
            sort = self._sorts[key] = Unknown(*key)
            if len(self._sorts) > _CAPACITY:
                del self._sorts[next(iter(self._sorts))]
        sort.times += 1
        sort.last = time.time()
        if by is not None:
            sort.number, sort.device = by

    def all(self) -> list[Unknown]:
        """Return them."""
        return list(self._sorts.values())
