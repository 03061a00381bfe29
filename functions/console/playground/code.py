"""The code that makes a call: for curl, Python, JavaScript and PHP. None of it has a key in it."""

from __future__ import annotations

import json
import pprint
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

from functions.console.playground.calls import Call

_KEYS: Final = {True: ("X-Admin-Key", "WAGATE_ADMIN_KEY"), False: ("X-API-Key", "WAGATE_API_KEY")}
_WITHIN: Final = 70
"""Seconds: a send may wait for 60."""
_PLAIN: Final = re.compile(r"[\w.+-]+")


def code_of(call: Call, origin: str) -> Mapping[str, str]:
    """The code by the name of its language; a file of the call is one of the folder where it runs."""
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
    if call.is_form:
        lines += [f"--form-string {shlex.quote(f'{name}={value}')}" for name, value in call.form.items()]
        lines += [f"-F {shlex.quote(f'file=@{_curl_name(name)}')}" for name in call.files]
    elif call.is_bytes:
        lines += ["-H 'Content-Type: application/octet-stream'", f"--data-binary {shlex.quote(f'@{call.files[0]}')}"]
    elif call.body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_json(call.body))}"]
    return " \\\n  ".join(lines)


def _curl_name(name: str) -> str:
    """A file's name as `-F` reads it, where `,` and `;` end one that is not quoted."""
    if _PLAIN.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _python(call: Call, url: str) -> str:
    headers = [f"{name!r}: {value!r}" for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f'"{key[0]}": os.environ["{key[1]}"]')
    parts = [repr(call.operation.method), repr(url), f"headers={{{', '.join(headers)}}}"]
    if call.is_form:
        parts += [f"data={_indented(call.form)}"] if call.form else []
        opened = ", ".join(f'("file", open({name!r}, "rb"))' for name in call.files)
        parts.append(f"files=[{opened}]")
    elif call.is_bytes:
        parts.append(f'content=open({call.files[0]!r}, "rb").read()')
    elif call.body is not None:
        parts.append(f"json={_indented(call.body)}")
    parts.append(f"timeout={_WITHIN}")
    asked = "".join(f"    {part},\n" for part in parts)
    imports = "import httpx\n" if _key(call) is None else "import os\n\nimport httpx\n"
    return f"{imports}\nanswer = httpx.request(\n{asked})\nprint(answer.status_code, answer.text)"


def _indented(value: Any) -> str:  # noqa: ANN401 - JSON
    return pprint.pformat(value, sort_dicts=False).replace("\n", "\n    ")


def _javascript(call: Call, url: str) -> str:
    headers = [f"{_json(name)}: {_json(value)}" for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f'"{key[0]}": process.env.{key[1]}')
    before, body = "", ""
    if call.is_form:
        fields = [f"form.append({_json(name)}, {_json(value)});\n" for name, value in call.form.items()]
        fields += [
            f'form.append("file", new Blob([readFileSync({_json(name)})]), {_json(name)});\n' for name in call.files
        ]
        before = 'import { readFileSync } from "node:fs";\n\nconst form = new FormData();\n' + "".join(fields)
        body = "form"
    elif call.is_bytes:
        before = 'import { readFileSync } from "node:fs";\n\n'
        body = f"readFileSync({_json(call.files[0])})"
    elif call.body is not None:
        headers.append('"Content-Type": "application/json"')
        body = "JSON.stringify(" + _json(call.body).replace("\n", "\n  ") + ")"
    lines = [f"  method: {_json(call.operation.method)},", f"  headers: {{{', '.join(headers)}}},"]
    lines += [f"  body: {body},"] if body else []
    inside = "\n".join(lines)
    asked = f"const answer = await fetch({_json(url)}, {{\n{inside}\n}});"
    return f"{before}{asked}\nconsole.log(answer.status, await answer.text());"


_PHP_PARTS: Final = """\
$boundary = bin2hex(random_bytes(16));
$parts = '';
foreach ([{fields}] as $name => $value) {{
    $parts .= "--$boundary\\r\\nContent-Disposition: form-data; name=\\"$name\\"\\r\\n\\r\\n$value\\r\\n";
}}
foreach ([{files}] as $file) {{
    $parts .= "--$boundary\\r\\nContent-Disposition: form-data; name=\\"file\\"; filename=\\"$file\\"\\r\\n\\r\\n";
    $parts .= file_get_contents($file) . "\\r\\n";
}}
$parts .= "--$boundary--\\r\\n";
"""
"""Several files in fields of one name, which an array of PHP cannot have."""


def _php(call: Call, url: str) -> str:
    headers = [_php_text(f"{name}: {value}") for name, value in call.headers.items()]
    if (key := _key(call)) is not None:
        headers.insert(0, f"'{key[0]}: ' . getenv('{key[1]}')")
    before, body = "", ""
    if call.is_form:
        fields = [f"{_php_text(name)} => {_php_text(value)}" for name, value in call.form.items()]
        if len(call.files) == 1:
            fields.append(f"'file' => new CURLFile({_php_text(call.files[0])})")
            body = f"[{', '.join(fields)}]"
        else:
            headers.append('"Content-Type: multipart/form-data; boundary=$boundary"')
            files = ", ".join(map(_php_text, call.files))
            before, body = _PHP_PARTS.format(fields=", ".join(fields), files=files), "$parts"
    elif call.is_bytes:
        headers.append("'Content-Type: application/octet-stream'")
        body = f"file_get_contents({_php_text(call.files[0])})"
    elif call.body is not None:
        headers.append("'Content-Type: application/json'")
        body = _php_text(_json(call.body))
    lines = [
        f"    CURLOPT_CUSTOMREQUEST => {_php_text(call.operation.method)},",
        f"    CURLOPT_HTTPHEADER => [{', '.join(headers)}],",
        "    CURLOPT_RETURNTRANSFER => true,",
    ]
    lines += [f"    CURLOPT_POSTFIELDS => {body},"] if body else []
    inside = "\n".join(lines)
    return (
        f"<?php\n{before}$asked = curl_init({_php_text(url)});\ncurl_setopt_array($asked, [\n{inside}\n]);\n"
        "$answer = curl_exec($asked);\necho curl_getinfo($asked, CURLINFO_HTTP_CODE), ' ', $answer;"
    )


def _php_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
