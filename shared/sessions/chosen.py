"""What was chosen for a session (its settings): JSON in its row, of which each version reads what it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson

from shared.jids import is_group

_STATUS, _NEWSLETTER = "status@broadcast", "@newsletter"


@dataclass(frozen=True, slots=True)
class Ignore:
    """What is dropped when it arrives."""

    groups: bool = False
    status: bool = False
    newsletters: bool = False

    @classmethod
    def of(cls, settings: str | None) -> Self:
        """As the settings of a session say."""
        said: dict[str, Any] = {} if settings is None else orjson.loads(settings).get("ignore", {})
        return cls(*(bool(said.get(kind, False)) for kind in ("groups", "status", "newsletters")))

    def has(self, chat: str) -> bool:
        """Whether what comes from this chat is dropped."""
        return (
            (self.groups and is_group(chat))
            or (self.status and chat == _STATUS)
            or (self.newsletters and chat.endswith(_NEWSLETTER))
        )


def merged(settings: str | None, given: Mapping[str, Mapping[str, Any]]) -> str:
    """The settings with some of them chosen anew; what this version does not know stays."""
    before: dict[str, Any] = {} if settings is None else orjson.loads(settings)
    return orjson.dumps(before | {name: before.get(name, {}) | dict(values) for name, values in given.items()}).decode()
