"""Logs several sessions of a key out, or deletes them, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from functions.admin.schemas import LoggedOut
from functions.services import Services
from functions.sessions import ending
from shared.errors import SessionNotFound
from shared.ids import now_ms
from shared.sessions.model import Desired, Session

T = TypeVar("T")

MAY_BE_LINKED = (
    "phone(s) may still show the device: the hosts keep trying to tell WhatsApp. To remove one now: on the phone, "
    "WhatsApp, Linked devices, choose the device, Log out."
)
_AT_ONCE = 10
_LEAST = 0.1
_WITHIN = 20.0
"""Seconds for all of them. What is not done then is in their rows: hosts do it without anybody waiting."""


async def log_out_all(serving: Services, sessions: list[Session], *, request_id: str) -> list[LoggedOut]:
    """All of them, logged out; which of their phones may still show the device.

    Raises:
        StoreUnavailable: not all of them are.
    """
    for session in sessions:
        await serving.sessions.unlink(session.uid, now=now_ms(), then=Desired.RUNNING)

    async def log_out(session: Session, within: float) -> LoggedOut | None:
        try:
            done = await ending.logout(serving, session, request_id=request_id, within=within)
        except SessionNotFound:  # it was deleted meanwhile
            return None
        return LoggedOut(session_id=session.name, status=done.status.status, unlinked=done.end.done)

    return await _all(sessions, log_out)


async def delete_all(serving: Services, sessions: list[Session], *, request_id: str) -> list[str]:
    """Delete them; the names of those whose phones may still show the device. Raises StoreUnavailable as above."""
    for session in sessions:
        await serving.sessions.unlink(session.uid, now=now_ms(), then=Desired.DELETED)

    async def delete(session: Session, within: float) -> str | None:
        try:
            end = await ending.delete(serving, session, request_id=request_id, within=within)
        except SessionNotFound:  # a host was that fast
            return None
        return None if end.done else session.name

    return await _all(sessions, delete)


async def _all(sessions: list[Session], end: Callable[[Session, float], Awaitable[T | None]]) -> list[T]:
    """What came of each, some at a time; each has what is left of the time for all."""
    clock = asyncio.get_running_loop().time
    until = clock() + _WITHIN
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(session: Session) -> T | None:
        async with places:
            return await end(session, max(until - clock(), _LEAST))

    results = await asyncio.gather(*(one(session) for session in sessions))
    return [result for result in results if result is not None]
