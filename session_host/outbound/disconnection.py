"""Why a session cannot send now."""

from __future__ import annotations

from typing import Any

from shared.errors import Disconnected
from shared.sessions.model import SessionReport, SessionStatus, yet_to_come

COMING_UP = frozenset({SessionStatus.STARTING, SessionStatus.RECONNECTING})
"""States that lead to a connection without anybody doing anything."""
_TRY_SOON = 2.0
"""Seconds that a connection takes, about."""


def disconnection(report: SessionReport, now: int, qr: str | None = None) -> Disconnected:
    """What the session is doing instead of being connected; with a time to try again while it comes up by itself."""
    next_try = yet_to_come(report.next_try, now)
    fields = {"connectionStatus": report.status.value, "reason": report.reason, "qr": qr, "nextTry": next_try}
    details: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    return Disconnected(retry_after=_up_again_in(report, now), **details)


def _up_again_in(report: SessionReport, now: int) -> float | None:
    if report.status not in COMING_UP:
        return None
    return _TRY_SOON if report.next_try is None else max((report.next_try - now) / 1000, 0) + _TRY_SOON
