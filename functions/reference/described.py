"""What a route says of itself: read by its guard, by the OpenAPI document and by the test of the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from functions.guards import Needed
from functions.http.answers import Answer
from functions.http.bodies import Body
from functions.http.session_names import NAME_OR_NONE, NAME_SCHEMA
from shared.errors import WagateError

Key = Literal["api", "admin", "none"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A header or a query parameter."""

    name: str
    place: Literal["query", "header"]
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    """Of JSON Schema: what is refused otherwise."""
    required: bool = False


SESSION = (
    Parameter("sessionId", "query", "The session's name, when the body does not say it.", NAME_SCHEMA),
    Parameter(
        "X-Session-Id",
        "header",
        "The session's name, when neither body nor address say it; else `default`.",
        NAME_OR_NONE,
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a value of an answer leads: a program that knows it can call that route."""

    to: str
    """The name of the other route's handler."""
    parameters: Mapping[str, str]
    """Of the other route, and where in the answer each stands: `{"message_id": "id"}`."""


@dataclass(frozen=True, slots=True)
class Description:
    """One route. Its summary is the handler's docstring."""

    key: Key
    answers: dict[int, type[Answer]]
    body: type[Body] | None = None
    parameters: tuple[Parameter, ...] = ()
    media_types: tuple[str, ...] = ()
    """Other forms of the first answer, chosen by `Accept`."""
    errors: tuple[type[WagateError], ...] = field(default=())
    links: tuple[Link, ...] = ()
    """From the first answer."""
    forms: Mapping[str, type[BaseModel] | None] = field(default_factory=dict[str, "type[BaseModel] | None"])
    """What the body may be besides JSON, by media type; None: bytes."""
    plain: Mapping[int, str] = field(default_factory=dict[int, str])
    """Answers that are no JSON, by status, in words."""


def described(description: Description, scope: Needed | None = None) -> dict[str, Any]:
    """What goes into `opt` of a route handler."""
    return {"description": description, "scope": scope}
