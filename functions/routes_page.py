"""The part of docs/http-api.md that is made from what routes declare: those that have no words of somebody's there.

`python -m functions.routes_page docs/http-api.md`, or `make generated`. A comment in the page says where the routes of
a family belong.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from functions.families import Family, every_family
from functions.messages.schemas import SendBody, SendNewBody
from functions.reference.described import Description
from functions.reference.openapi import readable

_PLACE = re.compile(r"(<!-- routes of (\w+), by `make generated` -->\n).*?(<!-- end -->\n)", re.DOTALL)
_HEADING = re.compile(r"^### ([A-Z]+ \S+)$", re.MULTILINE)
_AS_EVERY_SEND = "The fields of every send, and its answer: [POST /api/send-message](#send).\n"


def updated(page: str) -> str:
    """The page with its generated parts made anew; raises KeyError for a family that is not there."""
    written = set(_HEADING.findall(_PLACE.sub("", page)))
    families = {family.name: family for family in every_family()}

    def made(place: re.Match[str]) -> str:
        sections = (section for heading, section in _sections(families[place[2]]) if heading not in written)
        return place[1] + "".join(f"\n{section}" for section in sections) + "\n" + place[3]

    return _PLACE.sub(made, page)


def _sections(family: Family) -> Iterator[tuple[str, str]]:
    for handler in family.routes:
        (method,) = handler.http_methods - {HttpMethod.HEAD}
        (path,) = handler.paths
        heading = f"{method} {readable(path)}"
        yield heading, f"### {heading}\n\n{_words(handler)}\n{_told(handler.opt['description'])}"


def _words(handler: HTTPRouteHandler) -> str:
    return f"{inspect.getdoc(handler.fn)}\n"


def _told(description: Description) -> str:
    body = description.body
    parts = [
        "" if body is None else _fields(body, besides=set(SendNewBody.model_fields)),
        _query(description),
        _AS_EVERY_SEND if body is not None and issubclass(body, SendBody) else _answers(description),
    ]
    return "\n".join(part for part in parts if part)


def _query(description: Description) -> str:
    own = [each for each in description.parameters if each.place == "query" and each.name != "sessionId"]
    return "".join(f"`?{each.name}=`: {each.meaning}\n" for each in own)


def _answers(description: Description) -> str:
    codes = ", ".join(f"`{error.code}`" for error in description.errors)
    else_ = f"\nErrors: {codes}.\n" if codes else ""
    if not description.answers:
        return "".join(f"- {status}: {words}\n" for status, words in description.plain.items()) + else_
    status, answer = next(iter(description.answers.items()))
    return f"{status}:\n\n{_fields(answer, besides={'success'})}" + else_


def _fields(model: type[BaseModel], *, besides: set[str]) -> str:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    hidden = {field.alias or name for name, field in model.model_fields.items() if name in besides}
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_field(field, schema, required=name in required)} |\n"
        for name, field in schema["properties"].items()
        if name not in hidden
    ]
    return "| field | |\n|---|---|\n" + "".join(rows) if rows else ""


def _field(field: dict[str, Any], schema: dict[str, Any], *, required: bool) -> str:
    choices = field.get("anyOf", [field])
    one = next(each for each in choices if each.get("type") != "null")
    one = schema.get("$defs", {}).get(one.get("$ref", "").rpartition("/")[2], one)
    bounds = [words.format(**one) for names, words in _BOUNDS.items() if set(names) <= one.keys()]
    else_ = "; may be missing" if not required else " or null" if {"type": "null"} in choices else ""
    said = ", ".join([_KINDS.get(one.get("type", ""), "see /schema"), *bounds]) + else_
    return f"{said}. {field['description']}" if "description" in field else said


_KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "string": "a text",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "an object",
}
_BOUNDS = {
    ("minimum", "maximum"): "{minimum:g} to {maximum:g}",
    ("maxLength",): "of at most {maxLength:,} characters",
    ("minItems", "maxItems"): "of {minItems} to {maxItems}",
}


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(updated(page.read_text(encoding="utf-8")), encoding="utf-8")
