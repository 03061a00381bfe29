"""The heartbeat of a shard: one JSON line a second over a pipe to its supervisor, written by the shard's event loop.

A loop that hangs writes none, which is the point.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

import orjson

BEAT_EVERY = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a shard says of itself."""

    held: int
    """Sessions it holds."""
    room: int
    """How many more sessions it could take."""
    unowned: int = 0
    """Sessions that nobody holds, as far as it looked (a full shard looks for one)."""
    worn: str | None = None
    """Why the process is better replaced by a new one, when it is."""
    deliveries: bool = False
    """Whether there is something to deliver, for which the host has a process of its own."""

    def encode(self) -> bytes:
        """One line."""
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def decode(cls, line: bytes) -> Beat:
        """Read one line; raises ValueError when it is none."""
        fields = orjson.loads(line)
        return cls(
            held=int(fields["held"]),
            room=int(fields["room"]),
            unowned=int(fields["unowned"]),
            worn=fields.get("worn"),
            deliveries=bool(fields.get("deliveries")),
        )


class Heart:
    """The shard's side: beats until cancelled or until the supervisor is gone."""

    def __init__(self, fd: int, beat: Callable[[], Beat]) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._beat = beat

    async def run(self) -> None:
        """Beat; returns when nobody holds the other end any more."""
        while self.once():  # noqa: ASYNC110 - a heartbeat waits for nothing but time
            await asyncio.sleep(BEAT_EVERY)  # the rhythm itself

    def once(self) -> bool:
        """Write one line; False when nobody can ever read it."""
        try:
            os.write(self._fd, self._beat().encode())
        except BlockingIOError:
            return True  # the supervisor is stopped (Ctrl-Z) and the pipe is full: it has beats enough to read
        except BrokenPipeError:
            return False
        return True
