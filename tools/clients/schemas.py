"""The schemas that a client knows the shapes of, as a document of their own for generators of types.

Without what says nothing to a reader of types (titles, defaults, patterns), and with the query of each operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tools.clients.operations import Json, Operation

_NO_TYPES: Final = {
    "title",
    "default",
    "pattern",
    "examples",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
}
_BEGINNING: Final = "#/components/schemas/"
_EVENT: Final = "EventSchema"
_PROBLEM: Final = "Problem"


def schemas(document: Json, operations: Iterable[Operation]) -> Json:
    """A document without paths: every schema that an operation names, and what those are made of."""
    all_of_them = document["components"]["schemas"]
    asked = {each.query_name: _bare(each.query) for each in operations if each.query}
    wanted = {_EVENT, _PROBLEM}
    for each in operations:
        wanted |= {*each.answers} | ({each.body} if each.body else set[str]())
    taken: Json = {}
    while wanted:
        name = wanted.pop()
        taken[name] = _bare(all_of_them[name])
        wanted |= set(_references(taken[name])) - taken.keys()
    return {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": {},
        "components": {"schemas": dict(sorted((taken | asked).items()))},
    }


def _bare(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """The same without what does not make a type."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {field: _bare(each) for field, each in value.items()} if name == "properties" else _bare(value)
        for name, value in schema.items()
        if name not in _NO_TYPES and not name.startswith("x-")
    }


def _references(schema: Any) -> Iterable[str]:  # noqa: ANN401 - JSON
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix(_BEGINNING)
        for each in schema.values():
            yield from _references(each)
