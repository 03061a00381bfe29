"""Events, forwarders and services of AWS for the tests of sinks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import boto3

from shared.events.cursor import Cursor, written
from shared.events.telling import PublicEvent
from shared.forwarders.model import Forwarder
from shared.forwarders.targets import Targets

KEY, LOG, HOUR = "key_a", 7, 3_600_000
AT = 1_796_000_400_000
"""29 Nov 2026, 23:00 UTC."""


def event(number: int, session: str = "ses_a", *, at: int = AT, data: Any = None) -> PublicEvent:
    """The event of that position."""
    identity = f"evt_{number:026d}"
    body = {"id": identity, "type": "message.received", "data": data or {"number": number}, "metadata": {}}
    cursor = written(Cursor(LOG, number, at), KEY)
    return PublicEvent(identity, "message.received", session, number, cursor, json.dumps(body).encode())


def ids(events: Sequence[PublicEvent]) -> list[str]:
    return [each.id for each in events]


def forwarder(**target: Any) -> Forwarder:
    return Forwarder(id="fwd_a", key_id=KEY, targets=Targets.model_validate(target), created_at=0)


def aws(service: str, endpoint: str) -> Any:
    """A client of the emulator."""
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=endpoint, region_name="eu-central-1", **credentials)
