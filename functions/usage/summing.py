"""What a key did in a time, by hours or days: for the API and for the console."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.tenants.usage import BYTES_IN, BYTES_OUT, HOUR_MS, REQUESTS, Counted, UsageRows

_DAY = 24


@dataclass(slots=True)
class Summed:
    """Of one span of time, which begins at `at` (milliseconds since 1970)."""

    at: int
    requests: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    messages: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By what became of them (`sent`, `received`, `failed`, …), and by kind."""

    def add(self, what: str, number: int) -> None:
        """So many more."""
        match what:
            case _ if what == REQUESTS:
                self.requests += number
            case _ if what == BYTES_IN:
                self.bytes_in += number
            case _ if what == BYTES_OUT:
                self.bytes_out += number
            case _:
                outcome, _, kind = what.partition(".")
                kinds = self.messages.setdefault(outcome, {})
                kinds[kind] = kinds.get(kind, 0) + number


async def counted(usage_rows: UsageRows, key_id: str, begin: int, end: int) -> list[Counted]:
    """What a key did from one moment up to another: whole hours, in their order."""
    return await usage_rows.between(key_id, begin // HOUR_MS, (end - 1) // HOUR_MS)


def spans_of(found: Iterable[Counted], *, by_day: bool) -> list[Summed]:
    """Every span in which something was done, oldest first."""
    spans: dict[int, Summed] = {}
    for each in found:
        first = each.hour - each.hour % _DAY if by_day else each.hour
        spans.setdefault(first, Summed(first * HOUR_MS)).add(each.what, each.number)
    return list(spans.values())


def total_of(found: Iterable[Counted], begin: int) -> Summed:
    """All of it together."""
    total = Summed(begin)
    for each in found:
        total.add(each.what, each.number)
    return total
