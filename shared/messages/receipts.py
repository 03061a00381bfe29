"""Who of a group got, read and played a message that was sent into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Got = Literal["delivered", "read", "played"]
STATES: tuple[Got, ...] = ("delivered", "read", "played")


@dataclass(frozen=True, slots=True)
class PersonReceipt:
    """What one person's devices said of a message. Times are milliseconds since 1970."""

    number: str | None
    """Digits; None while nobody tells it."""
    lid: str | None
    delivered: int | None = None
    read: int | None = None
    played: int | None = None

    @property
    def person(self) -> str:
        """Tells people apart, and sorts them."""
        return self.lid or self.number or ""


class ReceiptRows(Protocol):
    """Where they are kept, as long as the messages."""

    async def note(self, session_uid: str, wa_id: str, person: PersonReceipt) -> bool:
        """Add what a person says of the session's message; the first time of each counts. Whether there is such one.

        May be repeated.
        """
        ...

    async def of(
        self, session_uid: str, wa_id: str, *, limit: int, after: str | None = None
    ) -> Sequence[PersonReceipt]:
        """Those of a message in the order of `person`, after one of them when it is given; so many at most."""
        ...

    async def delete_of(self, session_uid: str) -> None:
        """Remove those of a session. May be repeated."""
        ...

    async def purge(self, *, before: int) -> int:
        """Remove those that were first noted before this time; how many. A store that does it by itself says 0."""
        ...
