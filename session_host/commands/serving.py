"""Answers the commands of one session, as they come over NATS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog
from pydantic import ValidationError

from session_host.auth_sync.keeper import AuthKeeper
from session_host.commands.context import Context
from session_host.commands.registry import HANDLERS
from session_host.ownership.holding import Holding
from shared.bus import Handler
from shared.contracts.answers import NotBegun, encode_problem, encode_reply
from shared.contracts.commands.messages import Send
from shared.contracts.commands.sessions import Release
from shared.contracts.requests import Request
from shared.errors import Internal, NoHost, WagateError
from shared.observing import traces as tracing

_log = structlog.get_logger()

_TOO_LATE = "The command arrived after its deadline. If that lasts, check that the clocks of API and host agree."
_NOT_KNOWN = (
    "This session's host is older than the API and does not know this request. Nothing was done. Upgrade all "
    "session hosts, then try again."
)
_UPGRADED_WITHIN = 30.0
"""Seconds after which another host may have the session, while hosts are upgraded one after the other."""
_ANSWERED_TO_THE_END = (Send, Release)
"""Also by a session that is being given up: it knows of a message whether it has begun it."""
_WAY_BACK = 0.25
"""Seconds left for the answer to travel before its asker gives up."""


class Owner(Protocol):
    """Who holds the sessions of a shard (`session_host.ownership.ownership.Ownership`)."""

    async def reconsider(self, holding: Holding) -> None:
        """Do what the session's row wants of it."""
        ...

    def admit_login(self, holding: Holding) -> None:
        """Let it wait for a phone; raises TooManyLogins."""
        ...

    async def move(self, holding: Holding, to: str | None) -> None:
        """Give it up, to this shard or to any."""
        ...


def command_handler(
    holding: Holding,
    auth: AuthKeeper,
    owner: Owner,
    clock: Callable[[], int],
) -> Handler:
    """The handler of a held session's subject; errors are answered as problems of the catalogue."""

    async def answer(payload: bytes) -> bytes:
        try:
            request = Request.model_validate_json(payload)
        except ValidationError as error:
            _log.warning("command_not_understood", session=holding.uid, error=str(error))
            return encode_problem(NoHost(_NOT_KNOWN, retry_after=_UPGRADED_WITHIN))
        holding.asked()
        left = (request.deadline - clock()) / 1000
        if left <= 0:
            return encode_problem(NoHost(_TOO_LATE))
        if holding.leaves and not isinstance(request.command, _ANSWERED_TO_THE_END):
            return encode_problem(NotBegun(retry_after=1))
        context = Context(
            holding,
            auth,
            reconsider=lambda: owner.reconsider(holding),
            admit_login=lambda: owner.admit_login(holding),
            move=lambda to: owner.move(holding, to),
            time_left=max(left - _WAY_BACK, 0),
            deadline=request.deadline,
        )
        about = {
            tracing.REQUEST_ID: request.request_id,
            tracing.SESSION: holding.uid,
            tracing.MESSAGE: getattr(request.command, "message_id", None),
        }
        with tracing.begin(f"command {request.command.kind}", request.traceparent, about) as step:
            try:
                return encode_reply(await HANDLERS[type(request.command)](context, request.command))
            except WagateError as error:
                step.fail(error.code)
                return encode_problem(error)
            except Exception:  # noqa: BLE001 - the asker is told, the log says why, the next command is served
                step.fail(Internal.code)
                _log.exception("command_failed", session=holding.uid, request=request.request_id)
                return encode_problem(Internal(requestId=request.request_id))

    return answer
