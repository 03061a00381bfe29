"""A delivery as a row of SQLite."""

from __future__ import annotations

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
STORE = f"""
    INSERT INTO deliveries ({COLUMNS}) VALUES ({", ".join("?" * (len(_NAMES) + 1))})
    ON CONFLICT (subscription_id, event_id) DO UPDATE SET
        state = excluded.state, next_at = excluded.next_at, attempts = excluded.attempts, tries = excluded.tries,
        waited = excluded.waited, body = excluded.body, log = excluded.log, position = excluded.position
"""  # noqa: S608 - constants


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
