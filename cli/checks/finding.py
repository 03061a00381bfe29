"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `wagate doctor`.

    Attributes:
        check: what was looked at.
        state: `fail` keeps the gateway from working, `warn` may.
        text: what was found.
        remedy: what to do; empty when there is nothing to do.
    """

    check: str
    state: Literal["ok", "warn", "fail"]
    text: str
    remedy: str = ""
