"""How far a session has come with what was said before it was linked: JSON in its row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import orjson

from shared.contracts.history_events import HistoryState
from shared.known_fields import with_known_fields


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """Of one pairing."""

    state: HistoryState = "coming"
    progress: int = 0
    """How much of everything is stored, by the phone's count; per cent."""
    messages: int = 0
    """How many are stored."""
    missing: int = 0
    """Pieces that the phone sent and that are lost, of some hundred or thousand messages each."""

    @classmethod
    def of(cls, text: str | None) -> Self | None:
        """As the row of a session says; None: nothing ever came."""
        return None if text is None else with_known_fields(cls, orjson.loads(text))

    def text(self) -> str:
        """As it is in a row."""
        return orjson.dumps(asdict(self)).decode()
