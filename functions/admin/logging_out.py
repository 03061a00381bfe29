"""Logs several sessions of a key out, some at a time."""

from __future__ import annotations

import asyncio

from functions.admin.schemas import LoggedOut
from functions.services import Services
from functions.sessions import lifecycle
from shared.errors import WagateError
from shared.sessions.model import Session

_AT_ONCE = 10


async def log_out_all(serving: Services, sessions: list[Session], *, request_id: str) -> list[LoggedOut]:
    """All of them, logged out.

    Raises:
        WagateError: the first that could not be, with what came of every one in its details; the others are done.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def log_out(session: Session) -> LoggedOut | WagateError:
        async with places:
            try:
                state = await lifecycle.logout(serving, session, request_id=request_id)
            except WagateError as error:
                return error
        return LoggedOut(session_id=session.name, status=state.status)

    results = await asyncio.gather(*(log_out(session) for session in sessions))
    failures = [result for result in results if isinstance(result, WagateError)]
    if failures:
        told = [
            {"sessionId": session.name, "code": result.code}
            if isinstance(result, WagateError)
            else {"sessionId": session.name, "status": result.status.value}
            for session, result in zip(sessions, results, strict=True)
        ]
        first = failures[0]
        words = f"{len(failures)} of {len(sessions)} sessions could not be logged out: {first.message}"
        raise type(first)(words, retry_after=first.retry_after, sessions=told) from first
    return [result for result in results if isinstance(result, LoggedOut)]
