"""Sends one session's messages: one at a time, in the order they were asked for, each handed to WhatsApp once.

What is asked for twice while it is under way is done once; what waits in the store is looked for when the session has
connected and every few seconds, so that a lost doorbell or request costs time only.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

import structlog

from session_host.dispatch_steps import NOT_BEGUN, Conclusion, DispatchSteps
from session_host.jobs import Job
from session_host.receipts import Sends
from shared.contracts.commands import Dispatch, DispatchReply, Send
from shared.errors import Disconnected, Internal, NumberInvalid, SendUnknown, WagateError
from shared.messages.model import MessageState
from shared.messages.ports import Messages

_log = structlog.get_logger()

_PAGE = 200
_LAST_WRITES_WITHIN = 1.0


class Outbox:
    """The messages of one session under one epoch."""

    def __init__(
        self,
        uid: str,
        steps: DispatchSteps,
        messages: Messages,
        clock: Callable[[], int],
        on_outcome: Callable[[MessageState, float], None] = lambda _state, _seconds: None,
    ) -> None:
        """`on_outcome` is told what came of each message that was handed over, and after how many seconds."""
        self._on_outcome = on_outcome
        self._uid = uid
        self._steps = steps
        self._messages = messages
        self._clock = clock
        self._jobs: deque[Job] = deque()
        self._here: dict[str, Job] = {}
        """Every job of this process by its message's id, until its outcome is written."""
        self._unsent: list[Job] = []
        """Taken, certainly not sent, and waiting for the connection to come back."""
        self._wake = asyncio.Event()
        self._look_due = False
        self._closing = False
        self._more = False
        """Whether the last page of waiting rows was full."""
        self._current: Job | None = None
        self._concluding: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._begun = 0
        self._ended = 0

    @property
    def sends(self) -> Sends:
        """How many messages were handed over, and how many of their outcomes are written."""
        return Sends(self._begun, self._ended)

    @property
    def waiting(self) -> int:
        """How many messages are here whose outcome is not written."""
        return len(self._here)

    def start(self) -> None:
        """Begin to send."""
        self._worker = asyncio.create_task(self._work(), name=f"outbox {self._uid}")

    def look(self) -> None:
        """Look for rows that wait: the session has connected, or some time has passed."""
        self._look_due = True
        self._wake.set()

    async def dispatch(self, command: Dispatch) -> DispatchReply:
        """Send a message whose row is in the store, or join the one who does.

        Raises:
            WagateError: it was not sent, or it is not known whether it was.
        """
        return await self._done(command.message_id, lambda: Job.of_command(command))

    async def send(self, command: Send, until: int) -> DispatchReply:
        """Put a message into the store and send it, or join the one who does.

        Args:
            command: the message.
            until: milliseconds since 1970, after which it is not put into the store by this process.

        Raises:
            WagateError: it was not sent, or it is not known whether it was.
        """
        return await self._done(command.message_id, lambda: Job.of_send(command, self._uid, until))

    async def stop(self, within: float) -> None:
        """Begin no more; finish the one that is under way or, after this many seconds, call it unknown.

        Those not begun stay in the store as they are, for the next owner.
        """
        self._closing = True
        self._wake.set()
        if self._worker is not None:
            await asyncio.wait({self._worker}, timeout=within)
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        try:
            async with asyncio.timeout(_LAST_WRITES_WITHIN):
                await self._write_what_is_known()
        except TimeoutError:
            _log.warning("outcomes_not_written", session=self._uid)  # the next owner calls them unknown
        for job in list(self._here.values()):
            job.conclude(NOT_BEGUN)

    async def _write_what_is_known(self) -> None:
        await self._last_conclusion()
        if self._current is not None and self._current.taken:
            await self._conclude(self._current, Conclusion(MessageState.UNKNOWN, self._clock(), error=SendUnknown()))
        waiting = [job for job in [*self._unsent, *self._jobs] if job.taken]
        for job in waiting:
            stopped = Disconnected("The session was stopped before the message could be sent.")
            await self._conclude(job, Conclusion(MessageState.FAILED, self._clock(), error=stopped))

    async def _done(self, message_id: str, make: Callable[[], Job]) -> DispatchReply:
        job = self._here.get(message_id)
        if job is None:
            if self._closing:
                return NOT_BEGUN  # its next owner finds the row
            job = make()
            self._add(job)
        return await asyncio.shield(job.done)

    def _add(self, job: Job) -> None:
        self._here[job.message_id] = job
        self._jobs.append(job)
        self._wake.set()

    async def _work(self) -> None:
        while not self._closing:
            if self._look_due:
                await self._look()
            if self._jobs:
                self._current = self._jobs.popleft()
                self._current.turn()
                await self._attempt(self._current)
                self._current = None
            elif not self._look_due:
                self._wake.clear()
                await self._wake.wait()

    async def _attempt(self, job: Job) -> None:
        """Take one message as far as WhatsApp's answer; what came of it is written while the next one begins."""
        took = 0.0
        try:
            answer = await self._steps.prepare(job)
            if answer is not None:
                self._leave(job, answer)
                return
            self._begun += 1
            handed_over = time.monotonic()
            conclusion = await self._steps.hand_over(job)
            took = time.monotonic() - handed_over
        except Exception:  # noqa: BLE001 - one message must not hold up the others
            _log.exception("send_failed", session=self._uid, message=job.message_id)
            if not job.taken:
                self._leave(job, Internal())
                return
            conclusion = Conclusion(MessageState.UNKNOWN, self._clock(), error=SendUnknown())
        await self._last_conclusion()
        if conclusion is None:
            self._ended += 1
            self._jobs.appendleft(job)
            return
        self._on_outcome(conclusion.state, took)
        self._concluding = asyncio.create_task(self._conclude(job, conclusion, begun=1))

    async def _last_conclusion(self) -> None:
        if self._concluding is not None:
            await self._concluding
            self._concluding = None

    async def _conclude(self, job: Job, conclusion: Conclusion, *, begun: int = 0) -> None:
        try:
            answer = await self._steps.conclude(job, conclusion)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("outcome_not_written", session=self._uid, message=job.message_id)
            answer = Internal()
        self._ended += begun
        job.taken = False
        self._leave(job, answer)

    def _leave(self, job: Job, answer: DispatchReply | WagateError) -> None:
        """Answer those who wait. A message that is taken and certainly unsent stays until the connection is back."""
        job.conclude(answer)
        if job.taken and isinstance(answer, DispatchReply) and answer.state == MessageState.SENDING:
            self._unsent.append(job)
        else:
            del self._here[job.message_id]
        if not self._jobs and self._more:
            self.look()

    async def _look(self) -> None:
        self._look_due = False
        rows = await self._steps.patiently(lambda: self._messages.open_of(self._uid, _PAGE))
        connected, now = self._steps.connected, self._clock()
        found: list[Job] = []
        for row in rows:
            if row.id in self._here:
                continue
            if now >= row.expires_at:
                await self._steps.expire(row)
            elif connected:
                try:
                    found.append(Job.of_row(row))
                except (ValueError, NumberInvalid) as error:  # it waits for a host that is as new as who wrote it
                    _log.warning("message_not_understood", session=self._uid, message=row.id, error=str(error))
        self._more = connected and len(rows) == _PAGE and bool(found)
        found += [job for job in self._unsent if connected or now >= job.expires_at]
        if found:
            self._unsent = [job for job in self._unsent if not (connected or now >= job.expires_at)]
            self._here |= {job.message_id: job for job in found}
            # Ids sort by the time they were made: what waited longer goes first.
            self._jobs = deque(sorted([*self._jobs, *found], key=lambda job: job.message_id))
