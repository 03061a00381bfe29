"""Forwarders as text in rows, as two versions of the gateway understand it (docs/adr/0019)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from shared.events.cursor import Cursor
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.targets import Targets
from shared.known_fields import with_known_fields


def forwarder_text(forwarder: Forwarder) -> str:
    """All of it as JSON."""
    targets = forwarder.targets.model_dump(exclude_none=True, by_alias=True)
    fields = {name: getattr(forwarder, name) for name in ("id", "key_id", "session_uid", "events", "credentials")}
    return orjson.dumps({**fields, "targets": targets, "created_at": forwarder.created_at}).decode()


def forwarder_of(text: str) -> Forwarder:
    """The forwarder."""
    found: dict[str, Any] = orjson.loads(text)
    nested = {"events": tuple(found["events"]), "targets": Targets.model_validate(found["targets"])}
    return with_known_fields(Forwarder, found | nested)


def progress_text(progress: Progress) -> str:
    """All of it as JSON."""
    return orjson.dumps(asdict(progress) | {"cursor": tuple(progress.cursor)}).decode()


def progress_of(text: str, epoch: int) -> Progress:
    """The progress; its epoch is beside the text."""
    found: dict[str, Any] = orjson.loads(text)
    return with_known_fields(Progress, found | {"cursor": Cursor(*found["cursor"]), "epoch": epoch})
