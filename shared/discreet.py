"""Models of what comes from outside: an error about it says what is wrong with it, and never repeats it.

Pydantic's own errors quote what they refuse. They end up in logs, and what is refused is people's messages, codes that
log somebody in and passphrases.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, TypeAdapter

from shared import plain_pydantic  # noqa: F401 # pyright: ignore[reportUnusedImport] - before the first model

T = TypeVar("T")

QUOTES_NOTHING = ConfigDict(hide_input_in_errors=True, defer_build=True)
"""A model's validator is made when it is first needed: no process needs all of them, and a start none."""


class Discreet(BaseModel):
    """Base of every model."""

    model_config = QUOTES_NOTHING


def discreet_adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type, or a union of some
    """Validates a union of models as discreetly as one of them: the outermost of a validation decides."""
    if isinstance(kind, type) and issubclass(kind, Discreet):
        return TypeAdapter(kind)
    return cast("TypeAdapter[Any]", TypeAdapter(kind, config=QUOTES_NOTHING))
