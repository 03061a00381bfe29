"""What shards answer, asked all at once and believed for a moment: a page with hundreds of sessions asks each once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from shared.bus import Bus, NoAnswer, NoResponder

T = TypeVar("T")

_AT_MOST = 1_000


class Shards(Generic[T]):
    """Asks each on a subject of its own."""

    def __init__(  # noqa: PLR0913 - what is asked, and for how long that is good
        self,
        bus: Bus,
        subject: Callable[[str], str],
        read: Callable[[bytes], T],
        silent: T,
        *,
        within: float,
        believed_for: float,
    ) -> None:
        """Prepare.

        Args:
            bus: to them.
            subject: of a shard, by its name.
            read: what an answer says.
            silent: what is taken for the answer of one that gives none.
            within: seconds in which one answers, or is silent.
            believed_for: seconds for which an answer, or silence, is not asked for again.
        """
        self._bus = bus
        self._subject = subject
        self._read = read
        self._silent = silent
        self._within = within
        self._believed_for = believed_for
        self._told: dict[str, tuple[T, float]] = {}

    async def ask(self, owners: Iterable[str]) -> dict[str, T]:
        """What each of these shards says, by its name."""
        names = sorted(set(owners))
        return dict(zip(names, await asyncio.gather(*map(self._ask, names)), strict=True))

    async def _ask(self, owner: str) -> T:
        known = self._told.get(owner)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        try:
            told = self._read(await self._bus.request(self._subject(owner), b"", timeout=self._within))
        except (NoResponder, NoAnswer):
            told = self._silent
        if len(self._told) >= _AT_MOST:
            self._told.clear()
        self._told[owner] = (told, time.monotonic() + self._believed_for)
        return told
