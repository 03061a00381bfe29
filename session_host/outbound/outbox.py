"""Sends one session's messages: one at a time, in the order they were asked for, each handed to WhatsApp once.

What is asked for twice while it is under way is done once; what waits in the store is looked for when the session has
connected and every few seconds, so that a lost doorbell or request costs time only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from session_host.inbound.receipts import Sends
from session_host.outbound.albums import jobs_of_parts
from session_host.outbound.conclusions import NOT_BEGUN, Answer, Conclusion, NotReady
from session_host.outbound.jobs import Job
from session_host.outbound.preparing import Preparing
from session_host.outbound.steps import Steps
from shared.contracts.commands.messages import Send, SendReply
from shared.deadline import Deadline
from shared.errors import Disconnected, Internal, NumberInvalid, SendUnknown
from shared.messages.model import MessageState, OutboundMessage

_log = structlog.get_logger()

_PAGE = 200


class Outbox:
    """The messages of one session under one epoch."""

    def __init__(
        self,
        uid: str,
        steps: Steps,
        clock: Callable[[], int],
        preparing: Preparing,
        on_outcome: Callable[[MessageState, float], None] = lambda _state, _seconds: None,
    ) -> None:
        """`on_outcome` is told what came of each message that was handed over, and after how many seconds."""
        self._on_outcome = on_outcome
        self._uid = uid
        self._steps = steps
        self._rows = steps.rows
        self._clock = clock
        self._preparing = preparing
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
        self._known: Conclusion | None = None
        """What came of the current one, when that is known and not being written yet."""
        self._concluding: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._not_understood = set[str]()
        """Rows of the last look that a newer version wrote: each is said once."""
        self._begun = 0
        self._ended = 0

    @property
    def sends(self) -> Sends:
        """How many messages were handed over, and how many of their outcomes are written."""
        return Sends(self._begun, self._ended, self._rows.epoch)

    @property
    def waiting(self) -> int:
        """How many messages are here whose outcome is not written."""
        return len(self._here)

    @property
    def keeps_unsent(self) -> bool:
        """Whether there are messages here that were taken and wait for the connection, or for their end."""
        return bool(self._unsent)

    def start(self) -> None:
        """Begin to send."""
        self._rows.told.ring()  # of what an earlier owner left
        self._worker = asyncio.create_task(self._work(), name=f"outbox {self._uid}")

    def look(self) -> None:
        """Look for rows that wait: the session has connected, or some time has passed."""
        self._look_due = True
        self._wake.set()

    async def send(self, command: Send, until: int) -> SendReply:
        """Send a message, or join the one who does; one that is not in the store is put there.

        Args:
            command: the message.
            until: milliseconds since 1970, after which it is not put into the store by this process.

        Raises:
            WagateError: it was not sent, or it is not known whether it was.
        """
        job = self._here.get(command.message_id)
        if job is None:
            if self._closing:
                return NOT_BEGUN  # its next owner finds the row
            job = Job.of_command(command, self._uid, until, self._steps.number)
            self._add(job)
        return await job.outcome()

    def refuse(self) -> None:
        """Begin no more, and take none: what is asked for from now on is left to its row, for the next owner."""
        self._closing = True
        self._wake.set()

    async def stop(self, sends: Deadline, writes: Deadline) -> None:
        """Begin no more; finish the one that is under way or, when its time is over, call it unknown.

        Those not begun stay in the store as they are, for the next owner.

        Args:
            sends: until when WhatsApp may answer the one that is under way.
            writes: until when it may be written what came of it; else the next owner calls it unknown.
        """
        self.refuse()
        await self._preparing.close()
        try:
            if self._worker is not None:
                await asyncio.wait({self._worker}, timeout=sends.left)
                self._worker.cancel()
                await asyncio.gather(self._worker, return_exceptions=True)
            try:
                await writes.keep(self._write_what_is_known())
            except TimeoutError:
                _log.warning("outcomes_not_written", session=self._uid)
        finally:
            for job in list(self._here.values()):
                job.conclude(NOT_BEGUN)

    async def _write_what_is_known(self) -> None:
        await self._last_conclusion()
        if self._current is not None and self._current.taken:
            await self._conclude(self._current, self._known or self._conclusion_of(self._current))
        waiting = [job for job in [*self._unsent, *self._jobs] if job.taken]
        for job in waiting:
            stopped = Disconnected("The session was stopped before the message could be sent.")
            await self._conclude(job, Conclusion(MessageState.FAILED, self._clock(), error=stopped))
        await self._rows.told.finish()

    def _add(self, job: Job) -> None:
        self._here[job.message_id] = job
        self._jobs.append(job)
        self._wake.set()

    async def _work(self) -> None:
        """Until it is closed: what fails unexpectedly is logged, and the next message is sent."""
        while not self._closing:
            try:
                await self._next()
            except Exception:  # noqa: BLE001 - see above; its row is settled by the next owner
                _log.exception("outbox_failed", session=self._uid)
                if self._current is not None:
                    self._current.conclude(Internal())
                    self._here.pop(self._current.message_id, None)
            self._current = None

    async def _next(self) -> None:
        if self._look_due:
            await self._look_again()
        if self._jobs:
            self._current, self._known = self._jobs.popleft(), None
            self._current.turn()
            await self._attempt(self._current)
        elif not self._look_due:
            self._wake.clear()
            await self._wake.wait()

    async def _attempt(self, job: Job) -> None:
        """Take one message as far as WhatsApp's answer; what came of it is written while the next one begins."""
        self._begun += 1
        try:
            came_of_it = await self._steps.attempt(job, lambda: bool(self._jobs))
        except Exception:  # noqa: BLE001 - one message must not hold up the others
            _log.exception("send_failed", session=self._uid, message=job.message_id)
            came_of_it = self._conclusion_of(job) if job.taken else Internal()
        if isinstance(came_of_it, Conclusion):
            self._known = came_of_it
        await self._last_conclusion()
        if isinstance(came_of_it, Conclusion):
            self._on_outcome(came_of_it.state, came_of_it.took)
            self._end(job, came_of_it)
            return
        self._ended += 1
        if came_of_it is None:
            self._jobs.appendleft(job)
        elif isinstance(came_of_it, NotReady):
            self._preparing.begin(job, self._prepared)
        else:
            self._leave(job, came_of_it)

    def _prepared(self, job: Job, instead: Answer | None) -> None:
        """Its file is ready, or it was given up."""
        if instead is not None:
            self._leave(job, instead)
        elif not self._closing:
            self._add(job)

    def _conclusion_of(self, job: Job) -> Conclusion:
        """What is known of a message that was taken."""
        if job.sent is not None:
            return Conclusion(MessageState.SENT, job.sent.timestamp * 1000, job.sent.wa_id)
        return Conclusion(MessageState.UNKNOWN, self._clock(), error=SendUnknown())

    def _end(self, job: Job, conclusion: Conclusion) -> None:
        if conclusion.written:
            self._ended += 1
            job.taken = False
            self._rows.told.ring()
            self._leave(job, conclusion.reply())
        else:
            self._concluding = asyncio.create_task(self._conclude(job, conclusion, begun=1))

    async def _last_conclusion(self) -> None:
        if self._concluding is not None:
            await asyncio.wait({self._concluding})  # it goes on when whoever waits for it here is cancelled
            self._concluding = None

    async def _conclude(self, job: Job, conclusion: Conclusion, *, begun: int = 0) -> None:
        try:
            answer = await self._rows.conclude(job, conclusion)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("outcome_not_written", session=self._uid, message=job.message_id)
            answer = Internal()
        self._ended += begun
        job.taken = False
        self._leave(job, answer)

    def _leave(self, job: Job, answer: Answer) -> None:
        """Answer those who wait. A message that is taken and certainly unsent stays until the connection is back."""
        job.conclude(answer)
        if job.taken and isinstance(answer, SendReply) and answer.state == MessageState.SENDING:
            self._unsent.append(job)
        else:
            del self._here[job.message_id]
            for part in reversed(jobs_of_parts(job, self._here)):  # which come next
                self._here[part.message_id] = part
                self._jobs.appendleft(part)
                self._wake.set()
            if isinstance(answer, SendReply) and answer.state == MessageState.QUEUED:
                self._more = False  # it was put off, and so may the rest be: they are looked for in a while
        if not self._jobs and self._more:
            self.look()

    async def _look_again(self) -> None:
        self._look_due = False
        try:
            await self._look()
        except Exception:  # noqa: BLE001 - what was asked for is sent all the same, and a later look repeats this
            _log.exception("look_failed", session=self._uid)

    async def _look(self) -> None:
        found = await self._waiting_rows()
        connected, now = self._steps.connected, self._clock()
        found += [job for job in self._unsent if connected or now >= job.expires_at]
        if found:
            self._unsent = [job for job in self._unsent if not (connected or now >= job.expires_at)]
            self._here |= {job.message_id: job for job in found}
            # Ids sort by the time they were made: what waited longer goes first.
            self._jobs = deque(sorted([*self._jobs, *found], key=lambda job: job.message_id))

    async def _waiting_rows(self) -> list[Job]:
        """The next rows that wait, read on until there are some: those that have to stay hide none behind them."""
        not_understood = set[str]()
        after: str | None = None
        while True:
            rows = await self._rows.patiently(lambda after=after: self._rows.messages.open_of(self._uid, _PAGE, after))
            connected = self._steps.connected
            jobs = [await self._job_of(row, not_understood, connected=connected) for row in rows]
            found = [job for job in jobs if job is not None]
            self._more = connected and len(rows) == _PAGE
            if found or not self._more:
                self._not_understood = not_understood
                return found
            after = rows[-1].id

    async def _job_of(self, row: OutboundMessage, not_understood: set[str], *, connected: bool) -> Job | None:
        """What has to be done for a row that waits; None when that is nothing now. Its time may be over."""
        if row.id in self._here:
            return None
        if self._clock() >= row.expires_at:
            await self._rows.expire(row)
        elif connected:
            try:
                return Job.of_row(row)
            except (ValueError, NumberInvalid) as error:  # it waits for a host that is as new as who wrote it
                not_understood.add(row.id)
                if row.id not in self._not_understood:
                    _log.warning("message_not_understood", session=self._uid, message=row.id, error=str(error))
        return None
