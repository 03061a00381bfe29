"""A pairing as a file, out and in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.commands.command import Command, Done, Reply
from shared.contracts.commands.sessions import StatusReply

FILE_PART = 512 * 1024
"""Bytes of a file that travel in one message: in base64, and beside a passphrase, NATS' 1 MiB holds no more."""


class AuthFileReply(Reply):
    """A pairing as an encrypted file, or the first part of one."""

    file: str
    """In base64."""
    token: str | None = None
    """Under which `ReadFilePart` gives the rest for a minute; None when this is all."""
    size: int | None = None
    """Bytes of the whole file, when there is a rest."""


class FilePartReply(Reply):
    """A part of a file."""

    data: str
    """In base64."""


class ExportAuth(Command[AuthFileReply]):
    """Give the pairing as a file that the passphrase opens."""

    kind: Literal["export_auth"] = "export_auth"
    passphrase: str = Field(repr=False)
    in_parts: bool = False
    """Whether the asker can read a file in parts; older versions of the API do not say so."""


class ReadFilePart(Command[FilePartReply]):
    """Give the part of an exported file from this byte on."""

    kind: Literal["read_file_part"] = "read_file_part"
    token: str
    offset: int = Field(ge=0)


class KeepFilePart(Command[Done]):
    """Keep a part of a file that is to be imported, for a minute; the same part again changes nothing."""

    kind: Literal["keep_file_part"] = "keep_file_part"
    token: str = Field(min_length=16, max_length=64)
    offset: int = Field(ge=0)
    data: str = Field(repr=False)
    """In base64."""


class ImportAuth(Command[StatusReply]):
    """Go on with an exported pairing; the session must have none."""

    kind: Literal["import_auth"] = "import_auth"
    passphrase: str = Field(repr=False)
    file: str = Field(repr=False)
    """In base64; empty when it was kept in parts."""
    token: str | None = None
    """Under which it was."""
