"""Files that are uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wagate_client.calls import Call

File = bytes | Path


def name_of(file: File, given: str | None) -> str | None:
    """What a file is called: as its caller says, else as it is on the disk."""
    return given if given is not None or isinstance(file, bytes) else file.name


def promised(content: bytes, name: str | None, mimetype: str | None) -> Call:
    """Say that a file will come; the answer says where to bring it. At AWS this works for large ones, too."""
    body: dict[str, Any] = {"fileName": name, "mimetype": mimetype, "size": len(content)}
    return Call("POST", "/api/upload", body={field: value for field, value in body.items() if value is not None})


def brought(promise: dict[str, Any], content: bytes) -> Call:
    """Bring it there: without a key, since the address may be S3's."""
    where = promise["upload"]
    return Call("PUT", where["url"], content=content, headers=where["headers"], key="none", answers_bytes=True)
