"""A delivery as a row of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

from shared.webhooks.model import Delivery, DeliveryState
from shared.webhooks.written import tries_of, tries_text

_NAMES = (
    "subscription_id", "event_id", "session_uid", "type", "log", "position", "state", "next_at", "first_at",
    "attempts", "tries", "test", "waited",
)  # fmt: skip
HEAD = ", ".join(_NAMES)
"""What a row has beside the body."""
COLUMNS = f"{HEAD}, body"
_TOGETHER = 64
_ROW = f"({', '.join('?' * (len(_NAMES) + 1))})"
_STORE = f"""
    INSERT INTO deliveries ({COLUMNS}) VALUES {{}}
    ON CONFLICT (subscription_id, event_id) DO UPDATE SET
        state = excluded.state, next_at = excluded.next_at, attempts = excluded.attempts, tries = excluded.tries,
        waited = excluded.waited, body = excluded.body, log = excluded.log, position = excluded.position
"""  # noqa: S608 - constants
_ONE, _SEVERAL = _STORE.format(_ROW), _STORE.format(", ".join([_ROW] * _TOGETHER))


def store(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store rows over what is there.

    Many by one statement: behind each of them this thread waits for its turn of the interpreter, and all other
    processes wait for this one, since only one of them may write.
    """
    alone = len(rows) % _TOGETHER
    connection.executemany(_ONE, rows[:alone])
    for first in range(alone, len(rows), _TOGETHER):
        connection.execute(_SEVERAL, list(chain.from_iterable(rows[first : first + _TOGETHER])))


def row_of(delivery: Delivery) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    return (
        delivery.subscription_id,
        delivery.event_id,
        delivery.session_uid,
        delivery.type,
        delivery.log,
        delivery.position,
        delivery.state.value,
        delivery.next_at,
        delivery.first_at,
        delivery.attempts,
        tries_text(delivery.tries),
        delivery.test,
        delivery.waited,
        delivery.body,
    )


def delivery_of(row: tuple[Any, ...]) -> Delivery:
    """The delivery that a row of `COLUMNS` is."""
    found: dict[str, Any] = dict(zip((*_NAMES, "body"), row, strict=True))
    read: dict[str, Any] = {
        "state": DeliveryState(found["state"]),
        "tries": tries_of(found["tries"]),
        "test": bool(found["test"]),
        "waited": bool(found["waited"]),
    }
    return Delivery(**(found | read))
