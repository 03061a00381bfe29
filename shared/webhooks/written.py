"""Webhooks and what belongs to them as text in rows, as two versions of the gateway understand it (docs/adr/0019)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from shared.events.cursor import Cursor
from shared.known_fields import with_known_fields
from shared.tenants.written import limits_in
from shared.webhooks.model import Attempt, Disabled, Place, Replay, Secret, Webhook


def webhook_text(webhook: Webhook) -> str:
    """All of it as JSON."""
    return orjson.dumps(webhook).decode()


def webhook_of(text: str, version: int) -> Webhook:
    """The webhook; its version is beside the text."""
    found: dict[str, Any] = orjson.loads(text)
    disabled = found.get("disabled")
    nested = {
        "events": tuple(found["events"]),
        "chats": tuple(found["chats"]),
        "secrets": tuple(with_known_fields(Secret, secret) for secret in found["secrets"]),
        "disabled": disabled and with_known_fields(Disabled, disabled),
        "version": version,
        "limits": limits_in(found.get("limits")),
    }
    return with_known_fields(Webhook, found | nested)


def place_text(place: Place) -> str:
    """All of it as JSON."""
    return orjson.dumps(place, default=tuple).decode()


def place_of(text: str, epoch: int) -> Place:
    """The place; its epoch is beside the text."""
    found: dict[str, Any] = orjson.loads(text)
    return with_known_fields(Place, found | {"cursor": Cursor(*found["cursor"]), "epoch": epoch})


def replay_text(replay: Replay) -> str:
    """All of it as JSON."""
    return orjson.dumps(replay).decode()


def replay_of(text: str) -> Replay:
    """The replay."""
    return with_known_fields(Replay, orjson.loads(text))


def tries_text(tries: Sequence[Attempt]) -> str:
    """Attempts as JSON: they are never searched."""
    return orjson.dumps(tries).decode()


def tries_of(text: str) -> tuple[Attempt, ...]:
    """The attempts."""
    return tuple(with_known_fields(Attempt, attempt) for attempt in orjson.loads(text))
