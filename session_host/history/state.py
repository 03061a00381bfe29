"""How far the storing of a session's past has come: on the disk beside its pieces, so that a crash repeats little."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import orjson

from shared.contracts.history_events import HistoryState
from shared.known_fields import with_known_fields
from shared.sessions.history import HistoryProgress


@dataclass(slots=True)
class State:
    """Of one session, since it was linked."""

    messages: int = 0
    """Stored."""
    progress: int = 0
    """Per cent, by the phone's count, of what is stored."""
    missing: int = 0
    """Pieces that are lost."""
    ended: HistoryState | None = None
    """How it ended; None: more may come."""
    current: str = ""
    """The file that is being stored."""
    place: int = 0
    """How many of its messages have been looked at."""
    last_at: int = 0
    """When something last came or was stored, in milliseconds since 1970."""

    @classmethod
    def of(cls, text: bytes) -> Self:
        """As it was noted."""
        return with_known_fields(cls, orjson.loads(text))

    @classmethod
    def after(cls, shown: HistoryProgress, at: int) -> Self:
        """Of a session whose row says this, which another host wrote."""
        ended = None if shown.state == "coming" else shown.state
        return cls(shown.messages, shown.progress, shown.missing, ended, last_at=at)

    def text(self) -> bytes:
        """To be noted."""
        return orjson.dumps(asdict(self))

    def more_comes(self, *, anew: bool) -> None:
        """A piece is there, of the first kind when `anew`: after an end it was linked again, and everything comes."""
        if anew and self.ended is not None:
            self.messages = self.progress = self.missing = 0
        self.ended = None

    def goes_on_with(self, file: str) -> int:
        """A file is being stored from now on; how many of its messages have been looked at."""
        if self.current != file:
            self.current, self.place = file, 0
        return self.place

    @property
    def shown(self) -> HistoryProgress:
        """As it is shown."""
        return HistoryProgress(self.ended or "coming", self.progress, self.messages, self.missing)
