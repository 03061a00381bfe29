"""Every route of the API, as the playground shows it: made of the OpenAPI document."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from functions.console.playground.examples import example_of
from functions.http.forms import FORM
from functions.reference.openapi import document
from shared.version import VERSION

Place = Literal["path", "query", "header"]
_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_FILE: Final = "file"
_SOURCE: Final = re.compile(r"(Url|Base64)$|^(url|base64|mediaId|imagePath)$")
"""Fields that say where else the file is."""
_OFFERED: Final = {"X-Session-Id", "If-Range", "If-None-Match", "Range", "Last-Event-ID"}
"""Headers that browsers and programs send; there is no field for them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A word of the path, a parameter, or a field of the body."""

    name: str
    place: Place
    meaning: str
    required: bool

    @property
    def word(self) -> str:
        """Its name in the form."""
        return f"{self.place}-{self.name}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    admin: bool
    """Whether the admin key opens it."""
    open: bool
    """Whether it asks for no key."""
    fields: tuple[Field, ...]
    said: tuple[Field, ...]
    """Fields of its body, to be read; what the text of the body begins with is `body`."""
    body: Mapping[str, Any] | None
    """An example with what has to be there; None: it takes no JSON."""
    takes_file: bool
    """Whether it takes a file, or some."""
    form: frozenset[str] | None
    """What a form with a file may say besides; None: it takes no form."""
    several: bool
    """Whether it takes several files."""


@cache
def operations() -> Mapping[str, Operation]:
    """All of them by their id, in the order of their families and paths. It takes seconds: call it on a thread."""
    told = document(VERSION)
    found = [
        _operation(path, method, operation, told["components"]["schemas"])
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    return {each.id: each for each in sorted(found, key=lambda each: (each.admin, each.tag, each.path, each.method))}


def _operation(path: str, method: str, told: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    schema = content.get(_JSON, {}).get("schema")
    keys = {name for each in told["security"] for name in each}
    parameters = [each for each in told["parameters"] if each["name"] not in _OFFERED]
    form = _form(content, schemas)
    named = set() if schema is None else set(_properties(schema, schemas))
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        tag=told["tags"][0],
        summary=told["summary"],
        admin="adminKey" in keys,
        open=not keys,
        fields=tuple(
            Field(each["name"], each["in"], each.get("description", ""), bool(each.get("required")))
            for each in parameters
            if not (each["in"] == "query" and each["name"] in named)
        ),
        said=() if schema is None else tuple(_said(schema, schemas)),
        body=None if schema is None else example_of(schema, schemas),
        takes_file=form is not None or _BYTES in content,
        form=None if form is None else frozenset(name for name in form if not _SOURCE.search(name)) - {_FILE},
        several=form is not None and form[_FILE].get("type") == "array",
    )


def _form(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The fields of the form that it takes; None: it takes none."""
    return _properties(content[FORM]["schema"], schemas) if FORM in content else None


def _properties(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _model(schema, schemas).get("properties", {})
    return found


def _said(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Field]:
    required = _model(schema, schemas).get("required", ())
    return [
        Field(name, "path", inspect.cleandoc(each.get("description", "")), name in required)
        for name, each in _properties(schema, schemas).items()
    ]


def _model(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    model: Mapping[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
    return model
