"""Calls, as far as a gateway that never speaks hears of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from shared.contracts.event import AboutPeople, Person


class CallRang(AboutPeople):
    """Somebody calls: it rings until it is taken on the phone, rejected, or ended."""

    kind: Literal["call_rang"] = "call_rang"
    id: str
    caller: Person
    video: bool = False
    group: str | None = None
    """The JID of the group whose call it is."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        return self.model_copy(update={"caller": each(self.caller)})


class CallEnded(AboutPeople):
    """A call that rang does so no more. A call that another device rejects may end without this."""

    kind: Literal["call_ended"] = "call_ended"
    id: str
    caller: Person
    reason: str | None = None
    """WhatsApp's word for why, where it gives one."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        return self.model_copy(update={"caller": each(self.caller)})
