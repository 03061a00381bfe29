"""Whole numbers in JSON, which may have a point there."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, StrictInt


def as_whole(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """`60.0` as `60`; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(as_whole)
"""For a type with bounds that may be null too: behind its bounds, or pydantic leaves them out of the JSON Schema."""
Whole = Annotated[StrictInt, WHOLE]
"""A whole number, as JSON Schema has it: `60` and `60.0`."""
