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


class EventsNotTaken(WagateError):
    code, status = "EVENTS_NOT_TAKEN", 408
    meaning = "So many events were sent on this WebSocket that nothing was heard of as it may have open."
    remedy = "Go on from the 'next' that stands here, and acknowledge what was dealt with: {\"ack\": cursor}."


class UpgradeRequired(WagateError):
    code, status = "UPGRADE_REQUIRED", 426
    meaning = "This address speaks WebSocket and nothing else."
    remedy = "Open a WebSocket here, or ask GET /api/events/stream or GET /api/events."


class TooManyStreams(WagateError):
    code, status = "TOO_MANY_STREAMS", 429
    meaning = "As many streams of events are open as may be."
    remedy = "End one, or ask GET /api/events with 'wait'."
