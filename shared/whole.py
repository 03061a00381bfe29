"""Whole numbers in JSON, which may have a point there."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, StrictInt


def as_whole(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """`60.0` as `60`; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[StrictInt, BeforeValidator(as_whole)]
"""A whole number, as JSON Schema has it: `60` and `60.0`."""
