"""The parts of a key's row that are JSON; a row of an older version has none of them."""

from __future__ import annotations

from typing import Any

import orjson

from shared.known_fields import with_known_fields
from shared.tenants.limits import NO_LIMITS, Limits
from shared.tenants.model import OldSecret


def limits_of(text: str | None) -> Limits:
    """As they were written."""
    return limits_in(orjson.loads(text) if text else None)


def limits_in(said: dict[str, list[str]] | None) -> Limits:
    """The same inside of other JSON."""
    if said is None:
        return NO_LIMITS
    return with_known_fields(Limits, {name: tuple(values) for name, values in said.items()})


def old_secrets_of(text: str | None) -> tuple[OldSecret, ...]:
    """As they were written."""
    said: list[dict[str, Any]] = orjson.loads(text) if text else []
    return tuple(with_known_fields(OldSecret, each) for each in said)
