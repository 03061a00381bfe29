"""The body of a call that the playground makes, in pieces: JSON, a file, or a form with files."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from functions.console.playground.calls import Call
from functions.http.forms import FORM, Part


@dataclass(frozen=True, slots=True)
class Brought:
    """One of them."""

    pieces: AsyncGenerator[bytes]
    media_type: str | None = None
    """None: there is no body."""
    size: int | None = None
    """Bytes; None: as many as come."""


def body_of(call: Call, files: AsyncGenerator[Part] | None) -> Brought:
    """The body of a call, with these files."""
    if files is not None and call.operation.form is None:
        return Brought(_bytes(files), "application/octet-stream")
    if files is not None:
        boundary = secrets.token_hex(16)
        return Brought(_form(call, files, boundary.encode()), f"{FORM}; boundary={boundary}")
    if call.body is None:
        return Brought(_whole(b""), size=0)
    body = json.dumps(call.body).encode()
    return Brought(_whole(body), "application/json", len(body))


async def _whole(body: bytes) -> AsyncGenerator[bytes]:
    if body:
        yield body


async def _bytes(files: AsyncGenerator[Part]) -> AsyncGenerator[bytes]:
    """The first file."""
    file = await anext(files)
    async for piece in file.chunks:
        yield piece


async def _form(call: Call, files: AsyncGenerator[Part], boundary: bytes) -> AsyncGenerator[bytes]:
    for name, value in call.form.items():
        yield _head(boundary, f'name="{_quoted(name)}"') + value.encode() + b"\r\n"
    async for file in files:
        about = f'name="file"; filename="{_quoted(file.file_name or "file")}"'
        yield _head(boundary, about, file.mimetype)
        async for piece in file.chunks:
            yield piece
        yield b"\r\n"
    yield b"--" + boundary + b"--\r\n"


def _head(boundary: bytes, about: str, mimetype: str | None = None) -> bytes:
    lines = [f"Content-Disposition: form-data; {about}"]
    if mimetype and mimetype.isprintable():
        lines.append(f"Content-Type: {mimetype}")
    return b"--" + boundary + b"\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n"


def _quoted(text: str) -> str:
    """As browsers write a name: what would end it, or its line, in percent."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
