"""Commands that take a pairing out as one file, and bring one in."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from session_host.auth_sync.copies import CopyFailed
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.export import seal, unseal
from session_host.auth_sync.file_parts import FileParts
from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.session.login import status_fields
from shared.contracts.commands.command import Done
from shared.contracts.commands.sessions import StatusReply
from shared.contracts.commands.transfer import (
    FILE_PART,
    AuthFileReply,
    ExportAuth,
    FilePartReply,
    ImportAuth,
    KeepFilePart,
    ReadFilePart,
)
from shared.errors import AuthFileInvalid, ExportTooLarge, Overloaded, StoreUnavailable
from shared.ids import now_ms
from shared.sessions.model import SessionStatus

_log = structlog.get_logger()

_one_at_a_time = asyncio.Semaphore(1)
"""Making a key of a passphrase takes 64 MB."""
_parts = FileParts()
"""Of this process."""
_MADE_WITHIN = 1.0
"""Seconds that it takes at most on a machine at work; whose turn comes later would be answered too late."""


@handles(ExportAuth)
async def export_auth(context: Context, command: ExportAuth) -> AuthFileReply:
    """The session's pairing as it is now, encrypted under a passphrase.

    Raises:
        SessionNotPaired: it has none.
        ExportTooLarge: it is larger than any pairing should be.
        StoreUnavailable: the database cannot be read.
        Overloaded: others are before it for longer than it may wait.
    """
    uid = context.holding.uid
    await context.holding.settle_logout(context.time_left / 2)
    try:
        copy = await context.auth.copy(uid)
    except (CopyFailed, Damaged) as error:
        raise StoreUnavailable("The session's database cannot be copied.", retry_after=5.0, inside=error) from error
    async with _turn(context.deadline):
        file = await asyncio.to_thread(seal, copy.bundle, command.passphrase)
    token = None
    if len(file) > FILE_PART:
        if not command.in_parts:
            raise ExportTooLarge(limit=FILE_PART)
        token = _parts.offer(uid, file)
    _log.info("auth_exported", session=uid, bytes=len(file))
    return AuthFileReply(file=_text(file[:FILE_PART]), token=token, size=len(file))


@handles(ReadFilePart)
async def read_file_part(context: Context, command: ReadFilePart) -> FilePartReply:
    """A part of a file that `export_auth` began to give. Raises NoHost: it is not here any more."""
    return FilePartReply(data=_text(_parts.read(context.holding.uid, command.token, command.offset)))


@handles(KeepFilePart)
async def keep_file_part(context: Context, command: KeepFilePart) -> Done:
    """Keep a part of a file for `import_auth`.

    Raises:
        AuthFileInvalid: it is no base64, or too large.
        NoHost: the parts before it are not here.
        Overloaded: there are too many files.
    """
    _parts.add(context.holding.uid, command.token, command.offset, _bytes(command.data))
    return Done()


@handles(ImportAuth)
async def import_auth(context: Context, command: ImportAuth) -> StatusReply:
    """Go on with an exported pairing; answers when the connection was begun.

    Raises:
        AuthFileInvalid: the file or the passphrase.
        SessionAlreadyConnected: it has a pairing already.
        NoHost: the parts of the file are not here any more.
        Overloaded: others are before it for longer than it may wait.
    """
    file = _bytes(command.file) if command.token is None else _parts.take(context.holding.uid, command.token)
    async with _turn(context.deadline):
        files = await asyncio.to_thread(unseal, file, command.passphrase)
    holding, live = context.holding, context.holding.live
    await holding.settle_logout(context.time_left / 2)
    await live.wait_for(lambda: live.report.status is not SessionStatus.STARTING, context.time_left / 2)
    try:
        await live.adopt(lambda: context.auth.put(holding.uid, files))
    except Damaged as error:
        raise AuthFileInvalid(f"The contents of the file cannot be used: {error}.") from error
    context.auth.urgent(holding.uid)
    _log.info("auth_imported", session=holding.uid)
    return StatusReply(**status_fields(live.report))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # also that of text which is no ASCII
        raise AuthFileInvalid("The file is not base64.") from error


@asynccontextmanager
async def _turn(deadline: int) -> AsyncGenerator[None]:
    """The only one for which a key is made now; raises Overloaded where that would be too late for its asker."""
    try:
        async with asyncio.timeout((deadline - now_ms()) / 1000 - _MADE_WITHIN):
            await _one_at_a_time.acquire()
    except TimeoutError:
        raise Overloaded("Other pairings are being exported or imported.", retry_after=_MADE_WITHIN) from None
    try:
        yield
    finally:
        _one_at_a_time.release()
