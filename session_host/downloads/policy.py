"""Which files of messages are brought here when they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.shown import Media
from shared.sessions.chosen import ChosenMedia as Chosen

KINDS = ("image", "video", "audio", "document", "sticker")
"""Families of them, as `WAGATE_MEDIA_KINDS` names them."""
_FAMILIES: Mapping[str, str] = {"gif": "video", "video_note": "video", "voice": "audio"}
_OTHERS = "image"
"""What products, buttons and the like show."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is kept."""

    kinds: frozenset[str] = frozenset(KINDS)
    most: int = 100 << 20
    """Bytes of one file."""
    days: int = 30

    def narrowed(self, choice: Chosen) -> Policy:
        """The same with less, as was chosen for a session."""
        kinds = self.kinds if choice.kinds is None else self.kinds & set(choice.kinds)
        most, days = choice.max_size or self.most, choice.keep_days or self.days
        return Policy(kinds, min(self.most, most), min(self.days, days))

    def state_of(self, type_: str, media: Media, *, has_keys: bool) -> dict[str, Any]:
        """What a message says of its file when it arrives: it is fetched, or why it is not."""
        family = type_ if type_ in KINDS else _FAMILIES.get(type_, _OTHERS)
        if family not in self.kinds:
            return {"state": "gone", "reason": "not_kept"}
        if (media.size or 0) > self.most:
            return {"state": "gone", "reason": "too_large"}
        return {"state": "fetching"} if has_keys else {"state": "gone", "reason": "not_readable"}
