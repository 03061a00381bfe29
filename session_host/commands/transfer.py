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
from session_host.commands.context import Context
from session_host.login import status_fields
from shared.contracts.commands import AuthFileReply, ExportAuth, ImportAuth, StatusReply
from shared.errors import AuthFileInvalid, Overloaded, StoreUnavailable
from shared.ids import now_ms
from shared.sessions.model import SessionStatus

_log = structlog.get_logger()

_one_at_a_time = asyncio.Semaphore(1)
"""Making a key of a passphrase takes 64 MB."""
_MADE_WITHIN = 1.0
"""Seconds that it takes at most on a machine at work; whose turn comes later would be answered too late."""


async def export_auth(context: Context, command: ExportAuth) -> AuthFileReply:
    """The session's pairing as it is now, encrypted under a passphrase.

    Raises:
        SessionNotPaired: it has none.
        ExportTooLarge: it would not travel over NATS.
        StoreUnavailable: the database cannot be read.
        Overloaded: others are before it for longer than it may wait.
    """
    uid = context.holding.uid
    try:
        copy = await context.auth.copy(uid)
    except (CopyFailed, Damaged) as error:
        raise StoreUnavailable("The session's database cannot be copied.", retry_after=5.0, inside=error) from error
    async with _turn(context.deadline):
        file = await asyncio.to_thread(seal, copy.bundle, command.passphrase)
    _log.info("auth_exported", session=uid, bytes=len(file))
    return AuthFileReply(file=base64.b64encode(file).decode())


async def import_auth(context: Context, command: ImportAuth) -> StatusReply:
    """Go on with an exported pairing; answers when the connection was begun.

    Raises:
        AuthFileInvalid: the file or the passphrase.
        SessionAlreadyConnected: it has a pairing already.
        Overloaded: others are before it for longer than it may wait.
    """
    try:
        file = base64.b64decode(command.file, validate=True)
    except ValueError as error:  # also that of text which is no ASCII
        raise AuthFileInvalid("The file is not base64.") from error
    async with _turn(context.deadline):
        files = await asyncio.to_thread(unseal, file, command.passphrase)
    holding, live = context.holding, context.holding.live
    await live.wait_for(lambda: live.report.status is not SessionStatus.STARTING, context.time_left / 2)
    try:
        await live.adopt(lambda: context.auth.put(holding.uid, files))
    except Damaged as error:
        raise AuthFileInvalid(f"What is in the file cannot be used: {error}.") from error
    context.auth.urgent(holding.uid)
    _log.info("auth_imported", session=holding.uid)
    return StatusReply(**status_fields(live.report))


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
