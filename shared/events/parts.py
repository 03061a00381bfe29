"""Entries of the log that hold several events, and their places in it.

A place is the number of the entry in the log, times 1,024, and which of its events it is. The last one of an entry has
the highest number there is, so that what follows an event is found without looking at its entry again.
"""

from __future__ import annotations

from dataclasses import replace

import orjson

from shared.contracts.outcome_events import MessageEnded, MessagesEnded, name_of
from shared.events.model import LoggedEvent

_BITS = 10
_LAST = (1 << _BITS) - 1
_SEVERAL, _ONE = MessagesEnded.model_fields["kind"].default, MessageEnded.model_fields["kind"].default
MOST = 500
"""Events in one entry."""


def place_of(entry: int) -> int:
    """The place of the last event of an entry, by its number."""
    return entry << _BITS | _LAST


def before(entry: int) -> int:
    """The place behind which an entry is the first one."""
    return place_of(entry - 1)


def entry_behind(place: int) -> int:
    """The number of the first entry that may have something behind a place."""
    return (place + 1) >> _BITS


def is_whole(place: int) -> bool:
    """Whether an entry ends there."""
    return place & _LAST == _LAST


def events_of(entry: LoggedEvent) -> list[LoggedEvent]:
    """The events of an entry, whose position is its number, at their places."""
    whole = replace(entry, position=place_of(entry.position))
    if entry.kind != _SEVERAL:
        return [whole]
    try:
        ends = orjson.loads(entry.event)["ends"]
    except (ValueError, LookupError):  # of a newer version
        return [whole]
    first = entry.position << _BITS
    parts = [
        replace(entry, position=first | number, id=name_of(end), kind=_ONE, event=orjson.dumps(end))
        for number, end in enumerate(ends)
    ]
    return [*parts[:-1], replace(parts[-1], position=whole.position)] if parts else [whole]
