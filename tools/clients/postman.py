"""The Postman collection: a folder that goes from nothing to a message, and one for each family of the API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from tools.clients.operations import Json, Operation

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_WORDS: Final = """Every route of wagate. **Start here** goes from an admin key to a message sent and one that came in.

Set `url` and `adminKey` in the environment. With a real phone leave out the requests that begin with "Sandbox", and
scan the picture that **Visualize** shows of the second one."""
_VARIABLES: Final = {
    "url": "http://localhost:3000",
    "sandbox": "http://localhost:3999",
    "adminKey": "",
    "apiKey": "",
    "session": "default",
    "number": "628111111111",
    "contact": "628222222222",
    "messageId": "",
}
_SECRET: Final = {"adminKey", "apiKey"}
_KNOWN: Final = {
    "sessionId": "{{session}}",
    "name": "{{session}}",
    "number": "{{contact}}",
    "toNumber": "{{contact}}",
    "chat": "{{contact}}",
    "message_id": "{{messageId}}",
    "messageId": "{{messageId}}",
    "message": "Hello from Postman",
    "text": "Hello from Postman",
    "url": "https://example.com/webhook",
}
"""What is put in for a field or a part of an address."""
_ADMIN: Final = {
    "type": "apikey",
    "apikey": [{"key": "key", "value": "X-Admin-Key"}, {"key": "value", "value": "{{adminKey}}"}],
}
_OWN: Final = {
    "type": "apikey",
    "apikey": [{"key": "key", "value": "X-API-Key"}, {"key": "value", "value": "{{apiKey}}"}],
}
_KEPT: Final = "pm.collectionVariables.set('{name}', pm.response.json().{field});"
_UNTIL: Final = """const done = pm.response.code === 200 && ({holds});
const asked = Number(pm.collectionVariables.get('asked') || 0) + 1;
if (!done && asked < 60) {{
  pm.collectionVariables.set('asked', asked);
  setTimeout(() => {{}}, 500);
  pm.execution.setNextRequest(pm.info.requestName);
}} else {{
  pm.collectionVariables.unset('asked');
  pm.test('{words}', () => pm.expect(done).to.be.true);
}}"""
_ASKED: Final = "pm.test('It was done', () => pm.expect(pm.response.code).to.be.below(300));"


def postman(document: Json, operations: Sequence[Operation]) -> dict[str, str]:
    """The text of the collection and of its environment."""
    schemas = document["components"]["schemas"]
    named = {each.name: each for each in operations}
    families = dict.fromkeys(each.family for each in operations)
    folders = [
        {"name": family, "item": [_item(schemas, each) for each in operations if each.family == family]}
        for family in families
    ]
    collection = {
        "info": {
            "_postman_id": str(uuid5(NAMESPACE_URL, "wagate")),
            "name": "wagate",
            "description": _WORDS,
            "schema": _SCHEMA,
        },
        "auth": _OWN,
        "item": [{"name": "Start here", "item": list(_start(schemas, named))}, *folders],
        "variable": [{"key": name, "value": value} for name, value in _VARIABLES.items() if name not in _SECRET],
    }
    environment = {
        "id": str(uuid5(NAMESPACE_URL, "wagate-environment")),
        "name": "wagate on this machine",
        "values": [
            {
                "key": name,
                "value": _VARIABLES[name],
                "type": "secret" if name in _SECRET else "default",
                "enabled": True,
            }
            for name in ("url", "adminKey", "sandbox")
        ],
    }
    return {"wagate.postman_collection.json": _text(collection), "wagate.postman_environment.json": _text(environment)}


def _start(schemas: Json, named: dict[str, Operation]) -> Iterable[Json]:
    """One after the other as a runner asks them."""

    def own(name: str, words: str, *script: str) -> Json:
        return _item(schemas, named[name]) | {"name": words, "event": _event(_ASKED, *script)}

    def sandbox(words: str, path: str, **body: str) -> Json:
        request = _request("POST", "{{sandbox}}" + path, body) | {"auth": {"type": "noauth"}}
        return {"name": f"Sandbox: {words}", "request": request, "event": _event(_ASKED)}

    yield own("generate_key", "1. Make an API key", _KEPT.format(name="apiKey", field="apiKey"))
    picture = 'pm.visualizer.set(\'<img width="300" src="{{qr}}">\', pm.response.json());'
    yield own("get_qr", "2. Make a session: its QR code", _KEPT.format(name="qr", field="qr"), picture)
    yield sandbox("a phone", "/phones", number="{{number}}")
    yield sandbox("the phone scans the QR code", "/phones/{{number}}/scan", qr="{{qr}}")
    connected = "pm.response.json().connected === true"
    yield _looking(own("get_session_status", "3. Wait until it is connected"), connected, "It is connected")
    yield sandbox("somebody to write to", "/contacts", number="{{contact}}", name="Ibu Ani")
    yield own("send_message", "4. Send a message", _KEPT.format(name="messageId", field="id"))
    yield own("get_message", "5. Where is it?")
    yield sandbox("they answer", "/contacts/{{contact}}/send", to="{{number}}", text="Hello, Postman")
    came = "pm.response.json().messages.some((each) => each.message === 'Hello, Postman')"
    yield _looking(own("list_incoming_messages", "6. Read what came in"), came, "It came in")


def _looking(item: Json, holds: str, words: str) -> Json:
    return item | {"event": _event(_UNTIL.format(holds=holds, words=words))}


def _event(*script: str) -> list[Json]:
    lines = [line for part in script for line in part.splitlines()]
    return [{"listen": "test", "script": {"type": "text/javascript", "exec": lines}}]


def _item(schemas: Json, operation: Operation) -> Json:
    body = None if operation.body is None else _example(schemas, schemas[operation.body])
    path = operation.path.replace("{", ":").replace("}", "")
    request = _request(operation.method, "{{url}}" + path, body)
    request["description"] = operation.words
    request["url"]["variable"] = [{"key": name, "value": _KNOWN.get(name, "")} for name in operation.names]
    asked = operation.query or {"properties": {}, "required": []}
    request["url"]["query"] = [
        {
            "key": name,
            "value": str(_value(schemas, name, field)),
            "description": field["description"],
            "disabled": name not in asked["required"] and name != "sessionId",
        }
        for name, field in asked["properties"].items()
    ]
    if operation.key != "api":
        request["auth"] = _ADMIN if operation.key == "admin" else {"type": "noauth"}
    if operation.sends:
        once = {"key": "Idempotency-Key", "value": "{{$guid}}", "description": "One message for one key, for 24 h."}
        request["header"].append(once)
    if operation.takes_bytes:
        request["body"] = {"mode": "file", "file": {"src": ""}}
    return {"name": operation.name.replace("_", " ").capitalize(), "request": request}


def _request(method: str, address: str, body: Any) -> Json:  # noqa: ANN401 - JSON
    host, *path = address.split("/")
    query = {"raw": address, "host": [host], "path": path}
    request: Json = {"method": method, "header": [], "url": query}
    if body is not None:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {"mode": "raw", "raw": json.dumps(body, indent=2), "options": {"raw": {"language": "json"}}}
    return request


def _example(schemas: Json, schema: Json) -> Json:
    """An object with what has to be there, and the session."""
    wanted = {*schema.get("required", ()), "sessionId"}
    fields = schema.get("properties", {}).items()
    known = {name: _value(schemas, name, field) for name, field in fields if name in wanted}
    return known | ({"name": "Postman"} if "name" in known else {})


def _value(schemas: Json, name: str, schema: Json) -> Any:  # noqa: ANN401, PLR0911 - one for each kind of JSON
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if name in _KNOWN:
        return _KNOWN[name]
    if "anyOf" in schema:
        return _value(schemas, name, schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    match schema.get("type"):
        case "object":
            return _example(schemas, schema)
        case "array":
            return [_value(schemas, name.removesuffix("s"), schema["items"])]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            return next(iter(schema.get("examples", ())), "")


def _text(content: Json) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
