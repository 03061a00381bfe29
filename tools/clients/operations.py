"""The operations of the OpenAPI document that a client has a method for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_BY_HAND: Final = {"upload_file", "stream_events", "events_by_web_socket"}
"""No plain request and answer: written in the clients themselves, or, of events, read page by page."""
_LONE: Final = re.compile(r"\{(\w+)\}")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list is read on: what its items are called, and which parameter the answer's `next` is given as."""

    items: str
    item: str
    """The items' schema."""
    after: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of a client; schemas by their names."""

    name: str
    family: str
    method: str
    path: str
    names: tuple[str, ...]
    """What the path leaves open."""
    words: str
    query: Json | None
    """The schema of its query; None when there is nothing to ask."""
    body: str | None
    body_required: bool
    takes_bytes: bool
    answers: tuple[str, ...]
    """None of them: bytes."""
    key: str
    """`api`, `admin` or `none`."""
    sends: bool
    """Whether it takes an Idempotency-Key."""
    pages: Pages | None

    @property
    def query_name(self) -> str:
        """What the schema of its query is called."""
        return "".join(word.title() for word in self.name.split("_")) + "Query"


def operations(document: Json) -> tuple[Operation, ...]:
    """All of them, in the order of the document; those that always answer NOT_SUPPORTED are left out."""
    return tuple(_operations(document))


def _operations(document: Json) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = {status: answer for status, answer in operation["responses"].items() if status < "300"}
            if answers and operation["operationId"] not in _BY_HAND:
                yield _operation(document, path, method.upper(), operation, answers)


def _operation(document: Json, path: str, method: str, operation: Json, answers: Json) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get(_JSON, {}).get("schema", {}).get("$ref")
    schemas = [answer.get("content", {}).get(_JSON, {}).get("schema", {}).get("$ref") for answer in answers.values()]
    named = tuple(dict.fromkeys(_name(schema) for schema in schemas if schema))
    query = _query(operation["parameters"], has_body=body is not None)
    (security, *_) = [*operation["security"], {}]
    return Operation(
        name=operation["operationId"],
        family=operation["tags"][0],
        method=method,
        path=path,
        names=tuple(_LONE.findall(path)),
        words="\n\n".join(words for words in (operation["summary"], operation.get("description", "")) if words),
        query=query,
        body=None if body is None else _name(body),
        body_required=body is not None and operation["requestBody"]["required"],
        takes_bytes=_BYTES in content,
        answers=named,
        key="admin" if "adminKey" in security else "api" if security else "none",
        sends=any(each["name"] == "Idempotency-Key" for each in operation["parameters"]),
        pages=_pages(document, named, query) if named and method == "GET" else None,
    )


def _query(parameters: list[Json], *, has_body: bool) -> Json | None:
    """One schema of all of it; a body has the session's name itself."""
    asked = [each for each in parameters if each["in"] == "query" and not (has_body and each["name"] == "sessionId")]
    if not asked:
        return None
    return {
        "type": "object",
        "properties": {each["name"]: each["schema"] | {"description": each["description"]} for each in asked},
        "required": [each["name"] for each in asked if each.get("required")],
    }


def _pages(document: Json, answers: tuple[str, ...], query: Json | None) -> Pages | None:
    answer = document["components"]["schemas"][answers[0]]["properties"]
    after = next((name for name in ("after", "before") if name in (query or {}).get("properties", {})), None)
    lists = [(name, field["items"]) for name, field in answer.items() if field.get("type") == "array"]
    ends = {"type": "null"} in answer.get("next", {}).get("anyOf", ())  # events never do
    if not ends or after is None or len(lists) != 1:
        return None
    ((items, item),) = lists
    return Pages(items, _name(item["$ref"]), after)


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
