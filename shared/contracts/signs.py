"""When sessions last heard from WhatsApp and were heard by it, as a shard says it of all that it holds, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class LastSigns:
    """Of one session; milliseconds since 1970, None: not since its host has it."""

    heard_at: int | None = None
    """When something last came by itself: a message, a receipt, …"""
    acknowledged_at: int | None = None
    """When WhatsApp last acknowledged a message."""


NONE_YET = LastSigns()


def encode(signs: Mapping[str, LastSigns]) -> bytes:
    """As it travels; what has nothing to tell is left out."""
    told = {uid: (each.heard_at, each.acknowledged_at) for uid, each in signs.items() if each != NONE_YET}
    return orjson.dumps(told)


def decode(payload: bytes) -> dict[str, LastSigns]:
    """By the sessions' uids. Of what a newer version says more of each, the beginning is read."""
    return {uid: LastSigns(*times[:2]) for uid, times in orjson.loads(payload).items()}
