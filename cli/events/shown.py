"""An event as a person reads it, in one line. What strangers wrote cannot steer the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.inbox.shown import one_line

_WIDEST = 120


def line_of(event: Mapping[str, Any]) -> str:
    """When it was, of which session (`-`: of the key itself), what it is, and what it says."""
    data: Mapping[str, Any] = event["data"]
    said = "  ".join(f"{name}={one_line(str(value))}" for name, value in data.items())
    return f"{event['timestamp']}  {event.get('sessionId') or '-'}  {event['type']}  {said}"[:_WIDEST].rstrip()
