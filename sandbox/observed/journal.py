"""What the server saw, for tests and history checkers: frames, deliveries, connections, requests for media."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

_CAPACITY: Final = 1_000_000
_SLACK: Final = 100_000


@dataclass(slots=True)
class Frame:
    """One message frame as it came in. Times are epoch seconds and the server's monotonic clock.

    `duplicate`: the same device sent this id before. `delivered`: it was passed on (once per id).
    What it says of itself in the clear: `type`, `edit`, `media_type` of its encrypted parts, the `tags` of its
    children. `errors`: what is wrong with that.
    """

    sequence: int
    id: str
    sender: str
    device: int
    to: str
    time: float
    monotonic: float
    duplicate: bool
    retry: bool
    acked: bool = False
    delivered: bool = False
    type: str = ""
    edit: str = ""
    media_type: str = ""
    tags: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class DeliveryRecord:
    """One message on its way to one device. `acked`: when the device acknowledged or receipted it."""

    sequence: int
    id: str
    sender: str
    to: str
    device: int
    queued: float
    attempts: int = 0
    delivered: float | None = None
    acked: float | None = None


@dataclass(slots=True)
class MediaRequest:
    """One request to a media server. `id` is the file's token; `what`: upload, download or delete.

    `number` and `device` are the uploader's. `status` is 0 as long as there is no answer, and when there is to be none.
    `fault` is the mode of the fault that struck it, `error` why it was refused.
    """

    sequence: int
    id: str
    what: str
    host: str
    type: str
    time: float
    number: str = ""
    device: int = 0
    size: int = 0
    status: int = 0
    fault: str = ""
    error: str = ""


@dataclass(slots=True)
class Interval:
    """One connection of a device, from its login to the end of the socket. `last_frame`: last sign of life."""

    number: str
    device: int
    begin: float
    begin_monotonic: float
    last_frame: float
    end: float | None = None
    end_monotonic: float | None = None
    reason: str | None = None


_Entry = TypeVar("_Entry", Frame, DeliveryRecord, MediaRequest)
_Message = TypeVar("_Message", Frame, DeliveryRecord)


class Log(Generic[_Entry]):
    """Entries in order of time, found by id without a search; the oldest go when there are too many."""

    def __init__(self, capacity: int = _CAPACITY, slack: int = _SLACK) -> None:
        self._capacity = capacity
        self._slack = slack
        self._entries: list[_Entry] = []
        self._by_id: dict[str, list[_Entry]] = {}
        self.next_sequence = 1

    def add(self, entry: _Entry) -> None:
        """Append an entry whose `sequence` is `next_sequence`."""
        self._entries.append(entry)
        self._by_id.setdefault(entry.id, []).append(entry)
        self.next_sequence += 1
        if len(self._entries) > self._capacity + self._slack:
            self._forget(self._slack)

    def by_id(self, id_: str) -> list[_Entry]:
        """Return the entries with this message id."""
        return self._by_id.get(id_, [])

    def after(self, sequence: int) -> Iterator[_Entry]:
        """Iterate over the entries behind `sequence`, oldest first."""
        begin = bisect_left(self._entries, sequence + 1, key=lambda entry: entry.sequence)
        return iter(self._entries[begin:])

    def _forget(self, count: int) -> None:
        for entry in self._entries[:count]:
            same = self._by_id[entry.id]
            same.pop(0)
            if not same:
                del self._by_id[entry.id]
        del self._entries[:count]


@dataclass(slots=True)
class Journal:
    """The four logs. Connections are few, so all of them are kept."""

    frames: Log[Frame] = field(default_factory=Log[Frame])
    deliveries: Log[DeliveryRecord] = field(default_factory=Log[DeliveryRecord])
    media: Log[MediaRequest] = field(default_factory=Log[MediaRequest])
    intervals: list[Interval] = field(default_factory=list[Interval])

    def frame(self, sender: tuple[str, int], id_: str, to: str, *, duplicate: bool, retry: bool) -> Frame:
        """Note a message frame from a device (number, device id)."""
        entry = Frame(self.frames.next_sequence, id_, *sender, to, time.time(), time.monotonic(), duplicate, retry)
        self.frames.add(entry)
        return entry

    def delivery(self, id_: str, sender: str, to: tuple[str, int]) -> DeliveryRecord:
        """Note a message that is to reach a device (number, device id)."""
        entry = DeliveryRecord(self.deliveries.next_sequence, id_, sender, *to, time.time())
        self.deliveries.add(entry)
        return entry

    def media_request(self, what: str, host: str, type_: str, token: str) -> MediaRequest:
        """Note that a media server was asked for a file."""
        entry = MediaRequest(self.media.next_sequence, token, what, host, type_, time.time())
        self.media.add(entry)
        return entry

    def connected(self, number: str, device: int) -> Interval:
        """Note that a device logged in."""
        now = time.time()
        entry = Interval(number, device, now, time.monotonic(), now)
        self.intervals.append(entry)
        return entry


def ended(interval: Interval, reason: str) -> None:
    """Note that a connection is over, and why."""
    interval.end, interval.end_monotonic, interval.reason = time.time(), time.monotonic(), reason


def matching(entries: Iterable[_Message], sender: str | None, to: str | None, since: float) -> Iterator[_Message]:
    """Keep the entries from `sender`, to `to` (any when None), not older than `since` (epoch seconds)."""
    for entry in entries:
        moment = entry.time if isinstance(entry, Frame) else entry.queued
        if moment >= since and sender in (None, entry.sender) and to in (None, entry.to):
            yield entry
