"""Brings the files of messages here after they arrived: a few at once, of every API key in turns.

What is to be brought is in the inbox (a message whose file is `fetching`), so that whoever holds the session after a
crash goes on. A file is kept whole and then its message says so: dying in between leaves a file that nobody is told of,
which is removed when its days are over.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import structlog
from zstandard import ZstdError, decompress

from session_host.downloads.errors import Corrupt, Gone, NotHad
from session_host.downloads.policy import Policy
from session_host.whatsapp.content.files import FileOnWhatsApp, file_of
from shared.backoff import Backoff
from shared.errors import MediaEmpty, MediaQuota, MediaTooLarge, StorageFull, StoreUnavailable, WagateError
from shared.media.keeping import Arriving, FileKeeping
from shared.messages.ports import Inbox
from shared.messages.received import InboundMessage

_log = structlog.get_logger(__name__)

AT_ONCE, _OF_KEY = 6, 3
"""Downloads of a shard, and of one API key."""
_LOOK_EVERY = 60.0
"""Seconds after which the sessions are looked at for files that the API asks for once more."""
_SETTLE = 1.0
_PAGE = 50
_REASONS: tuple[tuple[type[Exception], str, int], ...] = (
    (Gone, "expired", 1),
    (Corrupt, "corrupt", 3),
    (MediaEmpty, "corrupt", 1),
    (MediaTooLarge, "too_large", 1),
    (MediaQuota, "quota", 1),
    (StorageFull, "no_room", 8),
    (Exception, "unreachable", 8),
)
"""Why a file was not had, and how often it is tried before that is said."""
_FIRST_PAUSE, _LAST_PAUSE = 1.0, 120.0
_ARRIVES_WITHIN_MS = 3 * 3_600_000
_DAY_MS = 86_400_000
_MOST_RAW = 1 << 20

Bring = Callable[[str, FileOnWhatsApp], AsyncGenerator[bytes]]
"""The decrypted file of a session's message, or NotHad."""


@dataclass(slots=True)
class _Wanted:
    """One message whose file is fetched."""

    message: InboundMessage
    key_id: str
    due: float = 0.0
    tries: int = 0
    backoff: Backoff = field(default_factory=lambda: Backoff(_FIRST_PAUSE, _LAST_PAUSE))


_Id = tuple[str, str, str, bool]


class Fetching:
    """Of one shard."""

    def __init__(  # noqa: PLR0913, PLR0917 - from where to where
        self,
        inbox: Inbox,
        keeping: FileKeeping,
        bring: Bring,
        policy_of: Callable[[str], Policy],
        owners: Callable[[], dict[str, str]],
        clock: Callable[[], int],
    ) -> None:
        """`policy_of` a session; `owners`: the API key of each session that this shard holds."""
        self._inbox = inbox
        self._keeping = keeping
        self._bring = bring
        self._policy_of = policy_of
        self._owners = owners
        self._clock = clock
        self._look: set[str] = set()
        self._known: set[str] = set()
        self._wanted: dict[_Id, _Wanted] = {}
        self._running: dict[asyncio.Task[None], _Wanted] = {}
        self._work = asyncio.Event()

    def look(self, session_uids: Iterable[str]) -> None:
        """Say, on the event loop, that files of these sessions are to be fetched."""
        self._look.update(session_uids)
        self._work.set()

    async def run(self) -> None:
        """Fetch files until cancelled."""
        loop = asyncio.get_running_loop()
        look_at_all = 0.0
        try:
            while True:
                self._work.clear()
                held = self._owners()
                if loop.time() >= look_at_all:
                    self._known.clear()
                    look_at_all = loop.time() + _LOOK_EVERY
                self._look |= held.keys() - self._known
                self._known = set(held)
                await self._learn(held)
                self._begin(held)
                await self._wait()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _learn(self, held: dict[str, str]) -> None:
        """Read what is to be fetched."""
        for uid in list(self._look):
            if uid not in held:
                self._look.discard(uid)
                continue
            try:
                messages = await self._inbox.to_fetch(uid, limit=_PAGE)
            except StoreUnavailable as error:
                _log.warning("files_wait", session=uid, error=error.message)
                return
            new = [message for message in messages if _id(message) not in self._wanted]
            for message in new:
                self._wanted[_id(message)] = _Wanted(message, held[uid])
            if not (new and len(messages) == _PAGE):  # a full page: looked at again when some of it are done
                self._look.discard(uid)

    def _begin(self, held: dict[str, str]) -> None:
        """Begin what there is room for: of the key with the fewest first, and there what was tried least."""
        now = asyncio.get_running_loop().time()
        busy = Counter(wanted.key_id for wanted in self._running.values())
        started = {_id(wanted.message) for wanted in self._running.values()}
        due = [wanted for place, wanted in self._wanted.items() if wanted.due <= now and place not in started]
        while due and len(self._running) < AT_ONCE:
            wanted = min(due, key=lambda each: (busy[each.key_id], each.tries))
            due.remove(wanted)
            if busy[wanted.key_id] >= _OF_KEY:
                return
            if wanted.message.session_uid not in held:
                del self._wanted[_id(wanted.message)]
                continue
            busy[wanted.key_id] += 1
            task = asyncio.create_task(self._fetch(wanted), name="download")
            self._running[task] = wanted
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        wanted = self._running.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("download_failed", error=repr(error))
            self._again(wanted)
        self._look.add(wanted.message.session_uid)
        self._work.set()

    async def _wait(self) -> None:
        now = asyncio.get_running_loop().time()
        waiting = [wanted.due for wanted in self._wanted.values() if wanted.due > now]
        within = min([_SETTLE if self._wanted else 5.0, *(max(due - now, 0.01) for due in waiting)])
        try:
            async with asyncio.timeout(within):
                await self._work.wait()
        except TimeoutError:
            return

    async def _fetch(self, wanted: _Wanted) -> None:
        """Fetch one file, and have its message say what came of it."""
        try:
            told = await self._had(wanted)
            if told is None:
                return
            await self._tell(wanted, told)
        except StoreUnavailable as error:
            _log.warning("file_waits", session=wanted.message.session_uid, error=error.message)
            self._again(wanted)
            return
        self._wanted.pop(_id(wanted.message), None)

    async def _had(self, wanted: _Wanted) -> dict[str, Any] | None:
        """What is to be said of the file; None when it is tried again."""
        file = _file(wanted.message)
        if file is None:
            return {"state": "gone", "reason": "not_readable"}
        wanted.tries += 1
        try:
            return await self._keep(wanted, file)
        except (NotHad, WagateError) as error:
            if isinstance(error, StoreUnavailable) and not isinstance(error, StorageFull):
                raise
            reason, tries = next(what for kind, *what in _REASONS if isinstance(error, kind))
            if wanted.tries < int(tries):
                self._again(wanted)
                return None
            _log.info("file_not_had", reason=reason, error=str(error))
            return {"state": "gone", "reason": reason}

    async def _keep(self, wanted: _Wanted, file: FileOnWhatsApp) -> dict[str, Any]:
        message, now = wanted.message, self._clock()
        policy = self._policy_of(message.session_uid)
        arriving = Arriving(
            key_id=wanted.key_id,
            size=min(file.size or policy.most, policy.most),
            arrives_by=now + _ARRIVES_WITHIN_MS,
            expires_at=now + policy.days * _DAY_MS,
            mimetype=file.mimetype or None,
            file_name=message.content["media"].get("fileName"),
            session_uid=message.session_uid,
        )
        async with aclosing(self._bring(message.session_uid, file)) as pieces:
            kept = await self._keeping.keep(arriving, pieces)
        url = f"/api/media/{kept.id}"
        return {"state": "stored", "id": kept.id, "url": url, "size": kept.size, "sha256": kept.sha256, "reason": None}

    def _again(self, wanted: _Wanted) -> None:
        wanted.due = asyncio.get_running_loop().time() + wanted.backoff.after_failure()

    async def _tell(self, wanted: _Wanted, told: dict[str, Any]) -> None:
        """Have the message say it. A file of a message that is gone by now is removed."""
        message = wanted.message
        (is_there,) = await self._inbox.change([message.about_file(told, self._clock())])
        if told["state"] != "stored":
            return
        found = await self._inbox.get(message.session_uid, message.chat, message.id, from_me=message.from_me)
        if not is_there or found is None or found.content.get("media", {}).get("id") != told["id"]:
            await self._keeping.drop(wanted.key_id, told["id"])


def _id(message: InboundMessage) -> _Id:
    return message.session_uid, message.chat, message.id, message.from_me


def _file(message: InboundMessage) -> FileOnWhatsApp | None:
    if message.raw is None:
        return None
    try:
        return file_of(decompress(message.raw, max_output_size=_MOST_RAW))
    except ZstdError:
        return None
