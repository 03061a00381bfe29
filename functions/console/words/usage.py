"""What a key did, as plots and totals over one range of time, and how much of what it may that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from functions.console.words.marked import _
from functions.usage.summing import Summed
from shared.tenants.usage import HOUR_MS

_DAY: Final = 24
_NOT_SENT: Final = ("failed", "expired")


@dataclass(frozen=True, slots=True)
class Range:
    """Up to now."""

    words: str
    hours: int
    by_day: bool

    @property
    def step_ms(self) -> int:
        """Of one span."""
        return HOUR_MS * (_DAY if self.by_day else 1)


RANGES: Final[Mapping[str, Range]] = {
    "24h": Range(_("24 hours"), 24, by_day=False),
    "7d": Range(_("7 days"), 7 * 24, by_day=False),
    "30d": Range(_("30 days"), 30 * 24, by_day=True),
    "90d": Range(_("90 days"), 90 * 24, by_day=True),
}
_PLOTS: Final[Sequence[tuple[str, Mapping[str, Callable[[Summed], int]]]]] = (
    (
        _("Messages"),
        {
            _("Sent"): lambda span: _of(span, "sent"),
            _("Received"): lambda span: _of(span, "received"),
            _("Not sent"): lambda span: sum(_of(span, outcome) for outcome in _NOT_SENT),
        },
    ),
    (_("Requests"), {_("Requests"): lambda span: span.requests}),
    (_("Bytes of files"), {_("Sent"): lambda span: span.bytes_out, _("Received"): lambda span: span.bytes_in}),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """One of them; texts are those of the catalogues."""

    title: str
    times: Sequence[int]
    """Milliseconds since 1970."""
    lines: Mapping[str, Sequence[int]]

    def data(self, say: Callable[[str], str]) -> str:
        """As the script that draws it takes it."""
        lines = [{"name": say(name), "values": values} for name, values in self.lines.items()]
        return orjson.dumps({"times": [at // 1000 for at in self.times], "lines": lines}).decode()

    @property
    def totals(self) -> Mapping[str, int]:
        """Of each line."""
        return {name: sum(values) for name, values in self.lines.items()}


def plots_of(spans: Sequence[Summed], begin: int, end: int, chosen: Range) -> list[Plot]:
    """Those of a range; where nothing was done stands a zero."""
    by_time = {span.at: span for span in spans}
    first = begin - begin % chosen.step_ms
    times = list(range(first, end, chosen.step_ms))
    every = [by_time.get(at) or Summed(at) for at in times]
    return [
        Plot(title, times, {name: [count(span) for span in every] for name, count in lines.items()})
        for title, lines in _PLOTS
    ]


def _of(span: Summed, outcome: str) -> int:
    return sum(span.messages.get(outcome, {}).values())
