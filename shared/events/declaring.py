"""How an event that tenants see is declared: once, with its words and an example (docs/events.md is made of it).

What travels between hosts, journals and the log (`shared.contracts.events`) is another form: it is converted when it is
read, so that publishing costs nothing more and a later version may tell what is in the log better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar

from shared.contracts.event import Event, Person
from shared.contracts.kinds import modules_of
from shared.contracts.shape import Maybe, Shape

E = TypeVar("E", bound=Event)


class Told(NamedTuple):
    """An event as tenants see it, but for what is around its data."""

    type: str
    data: Shape


@dataclass(frozen=True, slots=True)
class Declared:
    """An event that there is."""

    type: str
    """Its name: `family.what`."""
    when: str
    """When it comes, in sentences for docs/events.md."""
    example: Shape
    """Its data, once."""

    def of(self, data: Shape) -> Told:
        """This event, with this data."""
        return Told(self.type, data)


class SomeBody(Shape):
    """Somebody, by everything that is known of their addresses."""

    number: Maybe[str] = None
    """Digits of the phone number."""
    lid: Maybe[str] = None
    """`…@lid`"""

    @classmethod
    def of(cls, person: Person) -> SomeBody:
        """As an event names them."""
        return cls(number=person.number, lid=person.lid)


Tell = Callable[[Any], Told | None]
_TELLS: dict[type[Event], Tell] = {}


def tells(kind: type[E]) -> Callable[[Callable[[E], Told | None]], Callable[[E], Told | None]]:
    """Declare what an event of the log is for tenants; None: nothing that concerns them."""

    def declare(tell: Callable[[E], Told | None]) -> Callable[[E], Told | None]:
        if kind in _TELLS:
            raise ValueError(f"{kind.__name__} is told twice")
        _TELLS[kind] = tell
        return tell

    return declare


@cache
def catalogue() -> dict[str, Declared]:
    """Every event that there is, by its type, in the order of the families' names."""
    found: dict[str, Declared] = {}
    for module in modules_of("shared.events.catalogue"):
        for declared in vars(module).values():
            if isinstance(declared, Declared) and found.setdefault(declared.type, declared) is not declared:
                raise ValueError(f"two events are called {declared.type!r}")
    return found


def told(event: Event) -> Told | None:
    """An event of the log for tenants; None when it is nothing for them."""
    catalogue()
    return _TELLS[type(event)](event)
