"""Reading the log of events."""

from __future__ import annotations

from shared.errors.base import WagateError


class CursorInvalid(WagateError):
    code, status = "CURSOR_INVALID", 422
    meaning = "That is no cursor of this key's events."
    remedy = "Give the 'next' of an answer or the 'cursor' of an event as it is, or 'latest'."


class EventsGone(WagateError):
    code, status = "EVENTS_GONE", 410
    meaning = "The log of events no longer has all that follows this cursor."
    remedy = "Go on from the 'next' of this answer; what was missed of messages is in the inbox."


class TooManyStreams(WagateError):
    code, status = "TOO_MANY_STREAMS", 429
    meaning = "As many streams of events are open as may be."
    remedy = "End one, or ask GET /api/events with 'wait'."
