"""How a success is answered: `{"success": true, …}`, names in camelCase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from litestar import Response
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet

T = TypeVar("T")


def _is_none(value: object) -> bool:
    return value is None


Optional = Annotated[T | None, Field(default=None, exclude_if=_is_none)]
"""A field that is left out of the answer when it has no value."""


class Part(Discreet):
    """An object inside an answer."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,  # what has a default is there all the same
    )


class Answer(Part):
    """Base of every success."""

    success: Literal[True] = True


class Message(Answer):
    """It was done; in words."""

    message: str
    hint: str | None = Field(default=None, exclude_if=_is_none, description="What to do differently next time.")


def answer(content: Answer, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The response that carries it."""
    body = content.model_dump_json(by_alias=True).encode()
    return Response(body, status_code=status, media_type="application/json", headers=headers)
