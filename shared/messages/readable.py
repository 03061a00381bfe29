"""Rows as objects, where one that cannot be read must not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog

R = TypeVar("R")
T = TypeVar("T")

_log = structlog.get_logger(__name__)


def readable(row: R, parse: Callable[[R], T], row_id: str) -> T | None:
    """What a row says; None, with a line in the log, when it is damaged or was written by a later version."""
    try:
        return parse(row)
    except (ValueError, TypeError, LookupError) as error:
        _log.error("row_unreadable", row=row_id, error=type(error).__name__)
        return None
