"""What every event is, and how one names people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from pydantic import ConfigDict

from shared.discreet import Discreet


class Event(Discreet):
    """Base of every event. `at` is the milliseconds since 1970 at which the gateway saw it."""

    model_config = ConfigDict(frozen=True)

    kind: Any = None
    """Its name: a `Literal` of one text in every event."""
    at: int


class Person(Discreet):
    """Somebody, by everything that is known of their addresses."""

    model_config = ConfigDict(frozen=True)

    number: str | None = None
    """Digits of the phone number."""
    lid: str | None = None
    """`…@lid`"""


class AboutPeople(Event):
    """Base of events that name people by `Person`: who is named by LID alone gets a number where that is known."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same event with every person of it replaced."""
        raise NotImplementedError
