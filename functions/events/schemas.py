"""Answers of the event routes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from functions.http.answers import Answer, Part


class EventSchema(Part):
    """An event: docs/events.md has every type with its data."""

    id: str = Field(description="`evt_…`, always the same for one event.")
    type: str
    timestamp: str = Field(description="When the gateway saw it: ISO 8601, UTC, with milliseconds.")
    session_id: str | None = Field(
        description="The session's current name; null for events of the key itself (`key.*`, `webhook.*`)."
    )
    data: dict[str, Any]
    metadata: dict[str, Any] = Field(description="The `metadata` from the session's settings.")
    cursor: str = Field(description="Pass it as `after` to get the events that follow.")
    version: Literal[1]


class EventsAnswer(Answer):
    """Events, oldest first."""

    events: list[EventSchema]
    next: str = Field(description="Pass it as `after` the next time, also when there were no events.")
