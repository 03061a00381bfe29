"""Deliveries as rows of DynamoDB.

Those that waited lie together, where local indexes find them by their time and state. Those that succeeded at once,
nearly all, lie by the day of their event, in no index: what lies together may have 10 GB.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any, Final

from shared.adapters.dynamodb.table import Row
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import happened_at
from shared.webhooks.model import KEPT_FOR_MS, Delivery, DeliveryState
from shared.webhooks.written import tries_of, tries_text

_FAMILY: Final = "d#"
_LARGEST: Final = 300_000
"""Bytes of an event, packed, that a row has room for: DynamoDB takes 400 KB. A larger one is read from the log."""


def waited_key(subscription_id: str, event_id: str) -> dict[str, str]:
    """Of a delivery that waited."""
    return {"pk": subscription_id, "sk": _FAMILY + event_id}


def at_once_key(subscription_id: str, event_id: str) -> dict[str, str]:
    """Of one that did not."""
    return {"pk": day_of(subscription_id, happened_at(event_id)), "sk": _FAMILY + event_id}


def day_of(subscription_id: str, at: int) -> str:
    """The partition of what did not wait and happened on the day of this moment."""
    return f"{subscription_id}#{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}"


def before(after: str | None) -> str:
    """What sorts behind all deliveries of events that are older than this one, and before every other row."""
    return _FAMILY + (after or "~")


def in_state(state: DeliveryState, event_id: str) -> str:
    """What stands just before the delivery of this event among those of a state, all but `delivered`."""
    return f"{state.value}#{event_id}"


def row_of(delivery: Delivery) -> Row:
    """All of it."""
    key = waited_key if delivery.waited else at_once_key
    row: Row = {
        **key(delivery.subscription_id, delivery.event_id),
        "session_uid": delivery.session_uid,
        "type": delivery.type,
        "log": delivery.log,
        "position": delivery.position,
        "state": delivery.state.value,
        "next_at": delivery.next_at,
        "first_at": delivery.first_at,
        "attempts": delivery.attempts,
        "tries": tries_text(delivery.tries),
        "body": _packed(delivery.body),
        "test": delivery.test or None,
        "waited": delivery.waited or None,
        TTL_ATTRIBUTE: (delivery.first_at + KEPT_FOR_MS) // 1000,
    }
    if delivery.next_at is not None:
        row["waiting"] = f"{delivery.next_at:015d}#{delivery.position:015d}"
    if delivery.state is not DeliveryState.DELIVERED:
        row["state_place"] = in_state(delivery.state, delivery.event_id) + "."
    return row


def delivery_of(row: Row, *, with_body: bool) -> Delivery:
    """The delivery that a row is."""
    body: Any = row.get("body") if with_body else None
    return Delivery(
        subscription_id=row["pk"].partition("#")[0],
        event_id=row["sk"].removeprefix(_FAMILY),
        session_uid=row["session_uid"],
        type=row["type"],
        log=row["log"],
        position=row["position"],
        state=DeliveryState(row["state"]),
        next_at=row.get("next_at"),
        first_at=row["first_at"],
        attempts=row["attempts"],
        tries=tries_of(row["tries"]),
        body=None if body is None else zlib.decompress(body),
        test=row.get("test", False),
        waited=row.get("waited", False),
    )


def _packed(body: bytes | None) -> bytes | None:
    packed = None if body is None else zlib.compress(body, 1)
    return None if packed is None or len(packed) > _LARGEST else packed
