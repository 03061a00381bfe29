"""A body to begin with, made of its schema: what has to be there, with values that one would write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_VALUES: Final[dict[str, Any]] = {
    "message": "Hello from wagate",
    "text": "Hello from wagate",
    "caption": "Hello from wagate",
    "question": "Tea or coffee?",
    "options": ["Tea", "Coffee"],
    "name": "Example",
    "subject": "Example",
    "contactName": "Sari",
    "contactNumber": "628123456789",
    "number": "628123456789",
    "numbers": ["628123456789"],
    "participants": ["628123456789"],
    "messageId": "3EB0C431C26A1916E07A",
    "groupJid": "120363000000000001@g.us",
    "code": "AbCdEfGhIjKlMnOpQrStUv",
    "passphrase": "a passphrase of yours",
    "buttons": [{"id": "yes", "text": "Yes"}],
    "emoji": "\N{THUMBS UP SIGN}",
    "url": "https://example.com/whatsapp",
    "latitude": -6.2,
    "longitude": 106.8,
}
"""What fields of these names say."""
_FILES: Final = ("image", "video", "audio", "document", "sticker")
_FILE: Final = "https://example.com/file"
_DEEPEST: Final = 6


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A body; `sessionId` is in it where it may be, for the playground to fill in."""
    model = _resolved(schema, schemas)
    made = _object(model, schemas, _DEEPEST)
    properties = model.get("properties", {})
    if "sessionId" in properties:
        made = {"sessionId": "default", **made}
    file = next((f"{word}Url" for word in _FILES if f"{word}Url" in properties), None)
    if "mediaId" in properties and file is not None and "fallback" not in properties:
        made[file] = _FILE
    return made


def _object(model: Mapping[str, Any], schemas: Mapping[str, Any], deep: int) -> dict[str, Any]:
    required, properties = set(model.get("required", ())), model.get("properties", {})
    return {name: _value(name, each, schemas, deep - 1) for name, each in properties.items() if name in required}


def _value(name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any], deep: int) -> Any:  # noqa: ANN401 - JSON
    schema = _resolved(schema, schemas)
    said = _said(name, schema)
    if said is not None:
        return said
    for choice in schema.get("anyOf", schema.get("oneOf", ())):
        if choice.get("type") != "null":
            return _value(name, choice, schemas, deep)
    return _of_type(schema, schemas, deep)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], deep: int) -> Any:  # noqa: ANN401 - JSON
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, deep) if deep else {}
        case "array":
            one = [_value("", schema["items"], schemas, deep - 1)] if deep and schema.get("items") else []
            return one * max(1, schema.get("minItems", 1))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return "example"


def _said(name: str, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What a field of that name says, or what the schema itself gives; None where neither knows."""
    if name in _VALUES and schema.get("type") != "object" and _takes(schema, _VALUES[name]):
        return _VALUES[name]
    given = (*schema.get("examples", ())[:1], schema.get("const"), schema.get("default"), *schema.get("enum", ())[:1])
    return next((value for value in given if value is not None), None)


def _takes(schema: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a list is asked for where there is one, and none where there is none."""
    kinds = {schema.get("type"), *(each.get("type") for each in schema.get("anyOf", ()))}
    return ("array" in kinds) is isinstance(value, list) or not kinds - {None}


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    return schema if reference is None else schemas[reference.rpartition("/")[2]]
