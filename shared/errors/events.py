"""Reading the log of events."""

from __future__ import annotations

from shared.errors.base import WagateError


class CursorInvalid(WagateError):
    code, status = "CURSOR_INVALID", 422
    meaning = "This is not a cursor of this key's events."
    remedy = "Give the 'next' of an answer, the 'cursor' of an event, or 'latest', unchanged."


class EventsGone(WagateError):
    code, status = "EVENTS_GONE", 410
    meaning = "The log no longer has all events that follow this cursor."
    remedy = "Go on from the 'next' of this answer. Messages that you missed are in the inbox."


class EventsNotTaken(WagateError):
    code, status = "EVENTS_NOT_TAKEN", 408
    meaning = "Too many events were sent on this WebSocket without an acknowledgement."
    remedy = (
        "Connect again from the 'next' of this answer, and acknowledge the events that you have handled: "
        '{"ack": cursor}.'
    )


class UpgradeRequired(WagateError):
    code, status = "UPGRADE_REQUIRED", 426
    meaning = "This address speaks WebSocket only."
    remedy = "Open a WebSocket here, or use GET /api/events/stream or GET /api/events."


class TooManyStreams(WagateError):
    code, status = "TOO_MANY_STREAMS", 429
    meaning = "Too many streams of events are open."
    remedy = "Close one, or use GET /api/events with 'wait'."
