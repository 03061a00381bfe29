"""The bytes of a file that a contact is to send: given, on this machine, or at an address."""

from __future__ import annotations

import asyncio
import base64
import binascii
from pathlib import Path
from typing import Final

import aiohttp

from sandbox.contacts.errors import MalformedRequestError
from sandbox.control.draft import Draft

MAX_BYTES: Final = 256 << 20
"""The largest file read, in bytes."""
_FETCHED_WITHIN: Final = aiohttp.ClientTimeout(total=30)


async def read_attachment(draft: Draft) -> bytes:
    """Return the file of a draft.

    Raises:
        MalformedRequestError: it names none or several, or what it names cannot be read.
    """
    named = [name for name in ("url", "base64", "path") if getattr(draft, name)]
    if len(named) != 1:
        raise MalformedRequestError(f"a message of type {draft.type} has one of url, base64 and path")
    try:
        if draft.base64:
            content = base64.b64decode(draft.base64.rsplit(",", 1)[-1], validate=True)
        elif draft.path:
            content = await asyncio.to_thread(_read, Path(draft.path))
        else:
            content = await _fetch(draft.url or "")
    except (OSError, binascii.Error, ValueError, aiohttp.ClientError, TimeoutError) as error:
        raise MalformedRequestError(f"the file cannot be read: {error or type(error).__name__}") from error
    if len(content) > MAX_BYTES:
        raise MalformedRequestError(f"the file has more than {MAX_BYTES} bytes")
    return content


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


async def _fetch(url: str) -> bytes:
    async with aiohttp.ClientSession(timeout=_FETCHED_WITHIN) as http, http.get(url) as answer:
        answer.raise_for_status()
        content = bytearray()
        async for data in answer.content.iter_chunked(1 << 16):
            content += data
            if len(content) > MAX_BYTES:
                break
        return bytes(content)
