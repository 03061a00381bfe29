"""A call of the API, and the code that makes it: for curl, Python, JavaScript and PHP."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from functions.console.front.forms import Fields
from functions.console.playground.operations import Operation
from shared.errors import BadRequest

_KEYS: Final = {True: ("X-Admin-Key", "WAGATE_ADMIN_KEY"), False: ("X-API-Key", "WAGATE_API_KEY")}
_WITHIN: Final = 70
"""Seconds: a send may wait for 60."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of the API."""

    operation: Operation
    path: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    """What JSON says; None: there is no body."""

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


def call_of(operation: Operation, form: Fields) -> Call:
    """The call that a form describes. Raises BadRequest."""
    path, query, headers = operation.path, dict[str, str](), dict[str, str]()
    for each in operation.fields:
        value = form.one(each.word)
        if each.place == "path":
            if value in {"", ".", ".."}:
                raise BadRequest(f"The field '{each.name}' is missing.", field=each.name)
            path = path.replace(f"{{{each.name}}}", quote(value, safe=""))
        elif value and each.place == "query":
            query[each.name] = value
        elif value:
            if not value.isascii() or not value.isprintable():
                raise BadRequest(f"The field '{each.name}' is wrong: a header has letters of ASCII only.")
            headers[each.name] = value
    return Call(operation, path, urlencode(query), headers, _body(operation, form.one("body")))


def _body(operation: Operation, text: str) -> Any:  # noqa: ANN401 - JSON
    if operation.body is None or not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadRequest(f"The body is no JSON: {error}.", field="body") from None


def code_of(call: Call, origin: str) -> Mapping[str, str]:
    """The code by the name of its language; none of it has a key in it."""
    url = f"{origin}{call.target}"
    return {
        "curl": _curl(call, url),
        "Python": _python(call, url),
        "JavaScript": _javascript(call, url),
        "PHP": _php(call, url),
    }


def _key(call: Call) -> tuple[str, str] | None:
    return None if call.operation.open else _KEYS[call.operation.admin]


def _json(value: Any, indent: int | None = 2) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _curl(call: Call, url: str) -> str:
    lines = [f"curl {shlex.quote(url)}" + ("" if call.operation.method == "GET" else f" -X {call.operation.method}")]
    if (key := _key(call)) is not None:
        lines.append(f'-H "{key[0]}: ${key[1]}"')
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in call.headers.items()]
    if call.body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_json(call.body))}"]
    if call.operation.takes_file:
        lines.append("--data-binary @file")
    return " \\\n  ".join(lines)


def _python(call: Call, url: str) -> str:
    headers = [f"{name!r}: {value!r}" for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f'"{key[0]}": os.environ["{key[1]}"]')
    parts = [repr(call.operation.method), repr(url), f"headers={{{', '.join(headers)}}}"]
    if call.body is not None:
        parts.append("json=" + pprint.pformat(call.body, sort_dicts=False).replace("\n", "\n    "))
    if call.operation.takes_file:
        parts.append('content=open("file", "rb").read()')
    parts.append(f"timeout={_WITHIN}")
    asked = "".join(f"    {part},\n" for part in parts)
    imports = "import httpx\n" if _key(call) is None else "import os\n\nimport httpx\n"
    return f"{imports}\nanswer = httpx.request(\n{asked})\nprint(answer.status_code, answer.text)"


def _javascript(call: Call, url: str) -> str:
    headers = [f"{_json(name)}: {_json(value)}" for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f'"{key[0]}": process.env.{key[1]}')
    if call.body is not None:
        headers.append('"Content-Type": "application/json"')
    lines = [f"  method: {_json(call.operation.method)},", f"  headers: {{{', '.join(headers)}}},"]
    if call.body is not None:
        lines.append("  body: JSON.stringify(" + _json(call.body).replace("\n", "\n  ") + "),")
    if call.operation.takes_file:
        lines.append('  body: (await import("node:fs")).readFileSync("file"),')
    inside = "\n".join(lines)
    asked = f"const answer = await fetch({_json(url)}, {{\n{inside}\n}});"
    return f"{asked}\nconsole.log(answer.status, await answer.text());"


def _php(call: Call, url: str) -> str:
    headers = [_php_text(f"{name}: {value}") for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f"'{key[0]}: ' . getenv('{key[1]}')")
    if call.body is not None:
        headers.append("'Content-Type: application/json'")
    lines = [
        f"    CURLOPT_CUSTOMREQUEST => {_php_text(call.operation.method)},",
        f"    CURLOPT_HTTPHEADER => [{', '.join(headers)}],",
        "    CURLOPT_RETURNTRANSFER => true,",
    ]
    if call.body is not None:
        lines.append(f"    CURLOPT_POSTFIELDS => {_php_text(_json(call.body))},")
    if call.operation.takes_file:
        lines.append("    CURLOPT_POSTFIELDS => file_get_contents('file'),")
    inside = "\n".join(lines)
    return (
        f"<?php\n$asked = curl_init({_php_text(url)});\ncurl_setopt_array($asked, [\n{inside}\n]);\n"
        "$answer = curl_exec($asked);\necho curl_getinfo($asked, CURLINFO_HTTP_CODE), ' ', $answer;"
    )


def _php_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
