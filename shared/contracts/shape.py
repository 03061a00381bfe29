"""What every part of a shown message is made of: camelCase names in JSON, and nothing where there is no value."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet

T = TypeVar("T")


_is_none = partial(is_, None)  # in C: it is asked of every field of every message
Maybe = Annotated[T | None, Field(default=None, exclude_if=_is_none)]
"""A field that is left out of the JSON when it has no value."""


class Shape(Discreet):
    """Base of every part."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class Location(Shape):
    """A place."""

    latitude: float
    longitude: float
    name: Maybe[str] = None
    address: Maybe[str] = None
    live: Maybe[bool] = None
    """It moves, and further messages say where."""
