"""One Lambda execution environment: takes events of the kinds there are, and always has an answer for HTTP."""

from __future__ import annotations

from functions import plain_litestar  # noqa: F401 # pyright: ignore[reportUnusedImport] - before what imports it

# isort: split

import asyncio
from typing import Any

import structlog

from functions.aws_lambda.http_event import Event, answer_of
from functions.aws_lambda.loop_thread import LoopThread
from functions.aws_lambda.serving import Serving
from functions.http.problems import told
from shared.errors import Internal, WagateError
from shared.ids import new_request_id
from shared.observing import traces as tracing

log = structlog.get_logger("functions")

SWEEP = {"wagate": "sweep"}
"""The event that the schedule sends."""
_STARTED_WITHIN = 8.0
"""Seconds; Lambda gives the beginning of a process 10."""
_RESERVE = 0.5
"""Seconds of what Lambda gives a call, kept for telling that it took too long."""
_TRACES_WITHIN = 0.3
"""Seconds that an answer waits for its trace to be exported, of the reserve: afterwards Lambda freezes the process."""
_TOO_LONG = (
    "The answer took longer than this function may run. The request may have been done: repeat it with the same "
    "Idempotency-Key, or ask for the message's state."
)


class Function:
    """Starts when it is made, and again with the next event after a start that failed."""

    def __init__(self) -> None:
        self._loop = LoopThread()
        self._starting: asyncio.Task[Serving] | None = None
        try:
            self._loop.run(self._serving(), _STARTED_WITHIN)
        except (WagateError, TimeoutError) as error:
            log.warning("not_started", error=str(error))

    def handle(self, event: Event, time_left: float) -> dict[str, Any]:
        """The answer to an event, within `time_left` seconds.

        Raises:
            NotAnHttpEvent: it is of no kind that is known.
            WagateError: a sweep found something missing.
        """
        work, within = self._handle(event, thaw=self._loop.was_frozen()), time_left - _RESERVE
        if event == SWEEP:
            return self._loop.run(work, within)
        try:
            answer = self._loop.run(work, within)
        except WagateError as error:  # it could not be started
            return _problem(error)
        except TimeoutError:
            log.warning("request_took_too_long", within=within)
            return _problem(Internal(_TOO_LONG, retry_after=1))
        tracing.flush(_TRACES_WITHIN)
        return answer

    async def _handle(self, event: Event, *, thaw: bool) -> dict[str, Any]:
        serving = await self._serving()
        if thaw:
            await serving.thaw()
        return await (serving.sweep() if event == SWEEP else serving.answer(event))

    async def _serving(self) -> Serving:
        if self._starting is None or (self._starting.done() and self._starting.exception() is not None):
            self._starting = asyncio.create_task(Serving.start())
        return await asyncio.shield(self._starting)  # who gives up waiting does not end it


def _problem(error: WagateError) -> dict[str, Any]:
    request = new_request_id()
    status, headers, body = told(error, request)
    fields = {"content-type": "application/json", "x-request-id": request, **headers}
    return answer_of(status, [(name.encode(), value.encode()) for name, value in fields.items()], body)
