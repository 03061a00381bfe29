"""The audit log: who changed what, when, from where, and what came of it. Never what was in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import orjson

from shared.known_fields import with_known_fields

ADMIN: Final = "admin"
"""Who it was, where it was no key."""
NOBODY: Final = "-"
"""Of which key a change was that concerns none."""
KEPT_FOR_MS: Final = 90 * 86_400_000
AT_MOST: Final = 1_000_000
"""Entries that one machine keeps; more push out the oldest."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. Times are milliseconds since 1970."""

    id: str
    """Sorts by time."""
    at: int
    by: str
    """The id of the key, or `ADMIN`."""
    prefix: str
    """What that key begins with; empty for the admin key."""
    of: str
    """The key that it concerns, or `NOBODY`."""
    action: str
    """The operation of the API's document, or the page of the console."""
    route: str
    """Method and path, with names where the path has words."""
    address: str
    about: dict[str, str] = field(default_factory=dict[str, str])
    """The parameters of the path: which session, which webhook."""
    status: int | None = None
    """What was answered; None: nothing yet, or its process died: whether it was done is not known."""
    code: str = ""
    """Of the error."""


class AuditLog(Protocol):
    """Where it is kept, for 90 days."""

    async def begin(self, entry: AuditEntry) -> None:
        """Keep an entry, before what it says is done."""
        ...

    async def end(self, entry: AuditEntry) -> None:
        """Note what came of it."""
        ...

    async def page(self, of: str | None, *, before: str | None, limit: int) -> list[AuditEntry]:
        """Entries that concern a key (None: all), the newest first, older than the one with an id when it is given."""
        ...


def entry_text(entry: AuditEntry) -> str:
    """All of it as JSON."""
    return orjson.dumps(entry).decode()


def entry_of(text: str) -> AuditEntry:
    """The entry."""
    said: dict[str, Any] = orjson.loads(text)
    return with_known_fields(AuditEntry, said)
