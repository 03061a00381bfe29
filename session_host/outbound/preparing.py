"""What comes before a message: its files are made ready and uploaded, one is seen writing. Others go on meanwhile.

Nothing is written meanwhile: whoever takes the message after a crash does it again. Files for one chat go out in the
order they were asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from session_host.media.readying import Going, Readying
from session_host.outbound.conclusions import Answer
from session_host.outbound.jobs import Job
from session_host.outbound.rows import Rows
from session_host.outbound.sending_session import SendingSession
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.content.ready import Ready
from session_host.whatsapp.media_client import NotUploaded
from shared.backoff import Backoff
from shared.contracts.content.file import WithFile, WithFiles
from shared.errors import Internal, MediaNotFound, MediaNotUploaded, StoreUnavailable, WagateError
from shared.jids import NEWSLETTER, Jid
from shared.messages.model import MessageState
from shared.observing import traces as tracing

_log = structlog.get_logger()

_AT_ONCE = 4
"""Files of one session; those of an album come one after the other."""
_THUMBNAIL_WITHIN = 5.0
_TRIES = 3
_FIRST_RETRY, _LAST_RETRY = 0.5, 10.0
_DENIED = frozenset({401, 403})
_NEW_LEAVE_AFTER = 300.0
"""Seconds: the library believes for so long in the right to upload that the server does not know any more."""


class WriteFirst(Protocol):
    """Has the session be seen writing in a chat for so many seconds (`session_host.session.presence.Presence`)."""

    async def __call__(self, chat: Jid, seconds: float, *, recording: bool) -> None:
        """Return when they have passed; raises nothing."""
        ...


async def _unseen(chat: Jid, seconds: float, *, recording: bool) -> None:
    """Nobody sees it."""


class Preparing:
    """Of one session's outbox, under one epoch."""

    def __init__(
        self,
        session: SendingSession,
        rows: Rows,
        readying: Readying,
        clock: Callable[[], int],
        write_first: WriteFirst = _unseen,
    ) -> None:
        self._session = session
        self._write_first = write_first
        self._rows = rows
        self._readying = readying
        self._clock = clock
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: dict[tuple[Jid, bool], asyncio.Task[None]] = {}
        """By chat, and whether it is a file: the one that was asked for last."""

    def begin(self, job: Job, done: Callable[[Job, Answer | None], None]) -> None:
        """Do what comes before it; `done` is told what is answered instead of sending it, None when it may be sent."""
        place = (job.to, isinstance(job.content, WithFiles))
        before = self._last.get(place)
        task = asyncio.create_task(self._run(job, before, done), name=f"prepare {job.message_id}")
        self._tasks.add(task)
        self._last[place] = task
        task.add_done_callback(lambda task: self._forget(place, task))

    async def close(self) -> None:
        """End all of them; their rows are as they were. May be repeated."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, place: tuple[Jid, bool], task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last.get(place) is task:
            del self._last[place]

    async def _run(
        self, job: Job, before: asyncio.Task[None] | None, done: Callable[[Job, Answer | None], None]
    ) -> None:
        try:
            answer = await (self._prepare(job) if isinstance(job.content, WithFiles) else self._illustrate(job))
            if answer is None:
                await self._write(job)
        except Exception:  # noqa: BLE001 - one message must not hold up the others
            _log.exception("file_not_prepared", message=job.message_id)
            answer = await self._rows.end(job, MessageState.FAILED, Internal())
        if before is not None:
            await asyncio.wait({before})
        done(job, answer)

    async def _prepare(self, job: Job) -> Answer | None:
        """What is answered instead of sending it; None when it is to have its turn, which sees if its time is over."""
        backoff, tries = Backoff(_FIRST_RETRY, _LAST_RETRY), 0
        while self._left(job) > 0:
            try:
                async with asyncio.timeout(self._left(job)), self._room:
                    await self._try(job)
            except TimeoutError:
                return None
            except NotSent:
                await backoff.wait()  # or the two of them ask each other, where the session does not know it yet
                return None
            except StoreUnavailable as error:
                _log.warning("file_not_fetched", message=job.message_id, error=str(error))
            except WagateError as error:
                return await self._rows.end(job, MessageState.FAILED, error)
            except NotUploaded as error:
                tries += 1
                _log.warning("not_uploaded", message=job.message_id, error=str(error), tries=tries)
                pause = _NEW_LEAVE_AFTER if error.code in _DENIED else 0.0
                if tries == _TRIES or self._left(job) <= pause:
                    return await self._rows.end(job, MessageState.FAILED, MediaNotUploaded(retry_after=max(pause, 5.0)))
                await asyncio.sleep(pause)
            else:
                return None
            await backoff.wait()
        return None

    async def _write(self, job: Job) -> None:
        """Be seen writing it, once."""
        seconds, job.typing = job.typing, 0
        if seconds:
            await self._write_first(job.to, seconds, recording=job.content.type == "voice")

    async def _try(self, job: Job) -> None:
        while isinstance(job.content, WithFiles) and job.content.unready:
            part = job.content.unready[0]
            with tracing.step_of(job.trace, "prepare file"):
                ready = await self._made_ready(job, part)
            job.content = job.content.with_ready(part, ready)

    async def _made_ready(self, job: Job, part: WithFile) -> Ready:
        kept = self._readying.kept(part)
        if kept is None:
            async with self._readying.ready(part) as going:
                return await self._uploaded(job, part, going)
        try:  # the same with fewer steps
            return await self._uploaded(job, part, kept)
        except FileNotFoundError as error:
            raise MediaNotFound from error

    async def _uploaded(self, job: Job, part: WithFile, going: Going) -> Ready:
        with tracing.step_of(job.trace, "upload to WhatsApp", kind=tracing.Kind.CLIENT):
            client, plain = self._session.connected_client(), job.to.server == NEWSLETTER
            return Ready(going.prepared, await client.upload(going.file, going.size, part.type, plain=plain))

    async def _illustrate(self, job: Job) -> None:
        """Make the small picture of a text's preview, unless that cannot be done soon: no text waits for it."""
        job.thumbnail = b""
        try:
            async with asyncio.timeout(_THUMBNAIL_WITHIN):
                if job.pictured is not None:
                    job.thumbnail = await self._readying.thumbnail(job.pictured)
        except (WagateError, TimeoutError) as error:
            _log.info("no_thumbnail", message=job.message_id, error=str(error))

    def _left(self, job: Job) -> float:
        """Seconds that it may wait."""
        return (job.expires_at - self._clock()) / 1000
