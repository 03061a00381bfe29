"""Requests made from the API's document: for any operation one that it takes, about what a caller names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

from functions.reference.openapi import document

T = TypeVar("T")
JSON = "application/json"


@dataclass(frozen=True)
class Names:
    """What requests name, and one of it each."""

    session: str = "sales"
    message: str = "msg_unknown"
    """Sent or arrived."""
    file: str = "med_unknown"
    number: str = "628123456789"
    group: str = "120363000000000000@g.us"
    newsletter: str = "120363000000000000@newsletter"
    cursor: str = "0000000000000-000000000000"
    invite: str = "AbCdEfGhIjKlMnOpQrStUv"
    webhook: str = "wh_unknown"
    event: str = "evt_unknown"
    same: str = "once"
    """An Idempotency-Key."""

    def hidden(self, text: str) -> str:
        """A text in which each of these names is only said to be one."""
        for what, name in sorted(asdict(self).items(), key=lambda each: -len(each[1])):
            text = text.replace(name, f"<{what}>").replace(name.partition("@")[0], f"<{what}>")
        return text


_CALLED: Mapping[str, str] = {
    "name": "session", "sessionId": "session", "session": "session",
    "message_id": "message", "messageId": "message", "messageIds": "message", "quotedId": "message",
    "media_id": "file", "mediaId": "file", "ticket": "file",
    "number": "number", "toNumber": "number", "fromNumber": "number", "participants": "number", "numbers": "number",
    "chat": "number", "to": "number", "phone": "number", "people": "number",
    "jid": "group", "groupJid": "group", "group": "group", "parent": "group", "groupId": "group",
    "newsletter": "newsletter", "newsletterJid": "newsletter",
    "before": "cursor", "after": "cursor", "cursor": "cursor",
    "code": "invite", "inviteCode": "invite", "inviteLink": "invite", "link": "invite",
    "webhook_id": "webhook", "event_id": "event",
    "Idempotency-Key": "same",
}  # fmt: skip
"""What parameters and fields of these names are about."""
_SAID: Mapping[str, dict[str, Any]] = {
    "POST /api/send-contact": {"contactName": "Ani", "contactNumber": "628123456789"},
    "POST /api/send-interactive": {"buttons": [{"type": "reply", "id": "1", "text": "Yes"}]},
    "POST /api/send-poll": {"options": ["now", "later"]},
    "POST /api/reply-message": {"text": "Yes"},
    "PATCH /api/privacy": {"lastSeen": "all"},
    "POST /api/webhooks": {"url": "http://127.0.0.1:9/"},
}
"""What is said where a schema does not say enough."""
_EITHER = {"messageIds": "messageId"}
"""Fields that are not named beside another."""


_NEW = re.compile(r"1\d{9}|1\d{12}|3EB0[0-9A-F]{16}|[a-z]{3}_[0-9a-z]{26}")
"""A time, WhatsApp's id of a message, an id of ours."""


class Operation(NamedTuple):
    """A route, as the document has it."""

    method: str
    path: str
    said: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def key(self) -> str:
        """`apiKey`, `adminKey`, or nothing."""
        return next((name for ways in self.said["security"] for name in ways), "")

    def names(self, names: Names) -> dict[str, Any]:
        """What it says of these, other than that it is one request."""
        return self.request(replace(names, same="")) | {"files": None}

    def request(self, names: Names) -> dict[str, Any]:
        """What httpx is to be told; with everything named that this operation can name."""
        kind = _Kind(self.path, names)
        query, headers = {}, {}
        path = self.path
        for parameter in self.said["parameters"]:
            name, place = parameter["name"], parameter["in"]
            if place == "path":
                path = path.replace(f"{{{name}}}", str(kind.value(name, parameter["schema"])))
            elif parameter.get("required") or (name in _CALLED and name not in {"before", "after"}):
                (query if place == "query" else headers)[name] = str(kind.value(name, parameter["schema"]))
        asked: dict[str, Any] = {"method": self.method, "url": path, "params": query, "headers": headers}
        content = self.said.get("requestBody", {}).get("content", {})
        if JSON in content:
            asked["json"] = kind.value("", content[JSON]["schema"]) | _SAID.get(str(self), {})
        elif "multipart/form-data" in content:
            asked["files"] = {"file": ("a.bin", b"%PDF-1.7\n", "application/pdf")}
        elif content:
            asked["content"] = b"%PDF-1.7\n"
        return asked


def operations() -> Iterator[Operation]:
    """Every one that the document has."""
    for path, methods in _document()["paths"].items():
        for method, said in methods.items():
            yield Operation(method.upper(), path, said)


@cache
def _document() -> dict[str, Any]:
    return document("0")


class _Kind:
    """The least that fits a schema, with names where it names something."""

    def __init__(self, path: str, names: Names) -> None:
        self._names = asdict(names)
        self._of_newsletter = "newsletter" in path

    def value(self, name: str, schema: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one for each kind of schema
        if "$ref" in schema:
            return self.value(name, _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self.value(name, schema[choice][0])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "array":
                return [self.value(name, schema.get("items", {}))] * max(1, schema.get("minItems", 0))
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return True
            case _:
                return self._text(name, schema)

    def _object(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        if "examples" in schema:
            made = dict(schema["examples"][0])
        else:
            made = {name: self.value(name, schema["properties"][name]) for name in schema.get("required", ())}
        properties = schema.get("properties", {})
        named = {
            name: part for name, part in properties.items() if name in _CALLED and _EITHER.get(name) not in properties
        }
        return made | {name: self.value(name, part) for name, part in named.items()}

    def _text(self, name: str, schema: Mapping[str, Any]) -> str:
        called = _CALLED.get(name)
        if called == "group" and self._of_newsletter:
            called = "newsletter"
        if called is not None:
            return self._names[called]
        return "x" * max(1, schema.get("minLength", 0))


def flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value in JSON, by where it is; of times and new ids it is only said that they are some."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from flat(f"{name}.{key}", each)
    elif isinstance(value, list):
        yield name, len(value)
        for place, each in enumerate(value):
            yield from flat(f"{name}.{place}", each)
    else:
        yield name, "<new>" if not isinstance(value, bool) and _NEW.fullmatch(str(value)) else value
