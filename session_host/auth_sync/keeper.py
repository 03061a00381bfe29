"""Keeps the auth folders of a shard's sessions in the blob store, and brings them here when a session is taken.

The steps: `Claims` takes a folder, `Snapshots` writes one, `Held` knows when one is due (docs/session-host.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from session_host.auth_sync.auth_folder import AuthFolder
from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.claims import Claims
from session_host.auth_sync.copies import Copier, Copy, CopyFailed
from session_host.auth_sync.errors import Damaged, Fenced
from session_host.auth_sync.folder_lock import FolderLock
from session_host.auth_sync.held import Held
from session_host.auth_sync.manifests import Manifests
from session_host.auth_sync.on_disk import on_disk
from session_host.auth_sync.pruning import Kept
from session_host.auth_sync.snapshots import Snapshots
from session_host.auth_sync.tending import Tending
from shared.blobs.keys import auth_prefix
from shared.blobs.ports import Blobs
from shared.errors import StoreUnavailable
from shared.sessions.model import Session

_log = structlog.get_logger()

_SHORTEST_LOOK, _LONGEST_LOOK, _LOOKS = 0.25, 5.0, 20
"""Seconds between two looks at all databases, and how many there are between two snapshots of one. A look takes 10 µs
of a processor for each session; what is urgent waits for none."""
_AT_ONCE = 8
"""Snapshots of different sessions under way at the same time."""
_AFTER_FETCH = 5.0
"""Seconds at most to the first snapshot of a session that was fetched: what connects after a failover goes first."""
_SNAPSHOT_WITHIN = 60.0
_LAST_WITHIN = 5.0
"""Seconds for the last snapshot of a session that is let go."""
_TEND_EVERY = 600.0
SECRETS_KEPT = Kept(max_age=30 * 86_400_000, most=100_000)
_NOT_TAKEN = (StoreUnavailable, CopyFailed, Damaged, TimeoutError)


class AuthKeeper:
    """One for each shard. `fetch`, `watch`, then `release` or `forget`; `run` beside them."""

    def __init__(  # noqa: PLR0913 - what a keeper is made of
        self,
        blobs: Blobs,
        auth_root: Path,
        cipher: AuthCipher,
        host: str,
        *,
        on_fenced: Callable[[str, int], None],
        min_interval: float = 5.0,
        secrets: Kept = SECRETS_KEPT,
        clear: bool = True,
    ) -> None:
        """Keep the folders below `auth_root`.

        Args:
            blobs: where snapshots are kept.
            auth_root: the folder of the sessions' folders.
            cipher: encrypts what leaves this host.
            host: written into manifests, for people who look.
            on_fenced: told the uid and the epoch that was fenced off: an owner with a higher one has the manifest.
            min_interval: seconds between two snapshots of a session that changes all the time.
            secrets: which message secrets are kept.
            clear: whether a state that is not surely the last loses its Signal state (for a test that shows why).
        """
        self._blobs = blobs
        self._root = auth_root
        self._on_fenced = on_fenced
        self._min_interval = min_interval
        self._look_every = min(max(min_interval / _LOOKS, _SHORTEST_LOOK), _LONGEST_LOOK)
        self._copier = Copier()
        self._tending = Tending(self._copier, secrets)
        self._claims = Claims(blobs, cipher, host, clear=clear)
        self._snapshots = Snapshots(blobs, cipher, self._copier, host, min_interval)
        self._held: dict[str, Held] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()

    @property
    def behind(self) -> float:
        """Seconds the oldest change waits that is in no snapshot; 0.0 when there is none."""
        now = _now()
        return max((now - held.changed_at for held in self._held.values() if held.changed_at is not None), default=0.0)

    async def fetch(self, row: Session) -> bool:
        """Make the session's folder ours and bring it up to date, before anything opens it.

        Returns whether it is certain to hold the very last state: everything any owner ever did with the session. Where
        that is not certain its Signal sessions are cleared, and what is not in it may have happened all the same.

        Raises:
            Fenced: an owner with a higher epoch has it.
            AuthUnreadable: it was paired, and nothing of the pairing can be read: it must not be started.
            StoreUnavailable: the store or the disk is away, or an earlier owner on this disk has not ended.
        """
        folder = AuthFolder(self._root, row.uid)
        before = self._held.pop(row.uid, None)
        if before is not None:
            await self._stop_watching(before)
        lock = before.lock if before else await FolderLock.take(folder.lock)
        try:
            claim = await self._claims.make(row, folder)
        except BaseException:
            lock.free()
            raise
        held = self._held[row.uid] = Held(
            uid=row.uid, epoch=row.epoch, folder=folder, lock=lock, written=claim.written, owner=claim.owner
        )
        held.wait(_now() + min(self._min_interval, _AFTER_FETCH))
        return claim.owner.certain

    def watch(self, uid: str, epoch: int) -> None:
        """From now on take snapshots when the database changes.

        To be called when what `fetch` left in doubt is settled (sends of earlier owners): the folder counts as certain
        from then on.
        """
        held = self._held.get(uid)
        if held is not None and held.epoch == epoch:
            held.watching = True
            self._wake.set()

    def urgent(self, uid: str) -> None:
        """Take a snapshot at once: it has been paired."""
        held = self._held.get(uid)
        if held is not None:
            held.urgent = True
            held.changed_at = held.changed_at or _now()
            self._wake.set()

    async def release(self, uid: str, epoch: int, *, clean: bool, within: float = _LAST_WITHIN) -> None:
        """Stop watching, after the library has closed the database. May be repeated.

        Args:
            uid: the session.
            epoch: this owner's; nothing happens when another one of this process has the folder by now.
            clean: whether to take a last snapshot and mark it as the very last state. Not raised when that fails: the
                state is on this disk, and elsewhere it will count as not certain.
            within: seconds for that.
        """
        held = self._held.get(uid)
        if held is None or held.epoch != epoch:
            return
        surely_last = clean and (held.owner.certain or held.watching)
        if not clean:
            await self._stop_watching(held)
        held.watching = False
        try:
            if clean:
                async with asyncio.timeout(within), held.turn, self._slots:
                    if surely_last:
                        await self._settle(held)
                    await self._snapshots.take(held, clean=surely_last)
        except (*_NOT_TAKEN, Fenced) as error:
            _log.error("last_snapshot_missing", session=uid, epoch=epoch, error=_words(error))
        finally:
            if self._held.get(uid) is held:
                del self._held[uid]
                held.lock.free()

    async def forget(self, uid: str) -> None:
        """Remove everything that is kept of a deleted session. May be repeated. Raises StoreUnavailable."""
        held = self._held.get(uid)
        if held is not None:
            await self._stop_watching(held)
        await Manifests(self._blobs).delete(uid)  # first: objects without one are nothing, the contrary is damage
        for key in await self._blobs.list(auth_prefix(uid)):
            await self._blobs.delete(key)
        await on_disk(AuthFolder(self._root, uid).tidy)
        if held is not None:
            self._held.pop(uid, None)
            held.lock.free(remove=True)

    async def copy(self, uid: str) -> Copy:
        """A copy of a session's folder as it is now, for an export. Raises Damaged and CopyFailed."""
        return await self._copier.copy(AuthFolder(self._root, uid).path)

    def put(self, uid: str, files: Mapping[str, bytes]) -> None:
        """Put an imported pairing in the place of what a session has, without Signal state. Blocks; nobody has it open.

        Raises:
            Damaged: its database does not verify; nothing was changed.
            OSError: the disk.
        """
        folder, held = AuthFolder(self._root, uid), self._held.get(uid)
        folder.prepare(files, held.owner if held else None, clear=True)
        folder.exchange()

    async def run(self) -> None:
        """Take snapshots as they fall due, until cancelled."""
        try:
            while True:
                self._wake.clear()
                await self._look()
                self._begin_due()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._look_every):
                        await self._wake.wait()
                for uid in [uid for uid, task in self._tasks.items() if task.done()]:
                    await self._tasks.pop(uid)
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def run_tending(self, *, after: float = 0.0) -> None:
        """Tend each session's database every ten minutes, until cancelled.

        The first time after so many seconds: a process that starts has more to do.
        """
        await asyncio.sleep(after)
        while True:
            for held in list(self._held.values()):
                await self._tending.tend(held)
            await asyncio.sleep(_TEND_EVERY)

    async def close(self) -> None:
        """End the copier and let go of every folder. May be repeated."""
        await self._copier.close()
        for held in self._held.values():
            held.lock.free()
        self._held.clear()

    async def _look(self) -> None:
        watched = [held for held in self._held.values() if held.watching]
        try:
            seen = await on_disk(lambda: [held.folder.look() for held in watched])
        except StoreUnavailable as error:
            _log.warning("auth_folders_unreadable", error=str(error))
            return
        for held, fingerprint in zip(watched, seen, strict=True):
            held.look(_now(), fingerprint)

    def _begin_due(self) -> None:
        """Begin snapshots, urgent ones first and then those that wait longest."""
        now = _now()
        due = [held for held in self._held.values() if held.due(now) and held.uid not in self._tasks]
        due.sort(key=lambda held: (not held.urgent, held.changed_at or now))
        for held in due[: max(0, _AT_ONCE - len(self._tasks))]:
            task = self._tasks[held.uid] = asyncio.create_task(self._snapshot(held))
            task.add_done_callback(lambda _: self._wake.set())

    async def _snapshot(self, held: Held) -> None:
        async with held.turn, self._slots:
            if not held.watching:
                return
            urgent, held.urgent = held.urgent, False
            try:
                async with asyncio.timeout(_SNAPSHOT_WITHIN):
                    await self._settle(held)
                    await self._snapshots.take(held)
            except Fenced as error:
                held.watching = False
                _log.warning("auth_fenced", session=held.uid, epoch=held.epoch, error=str(error))
                self._on_fenced(held.uid, held.epoch)
            except _NOT_TAKEN as error:
                held.urgent = held.urgent or urgent
                held.failed(_now())
                _log.error("snapshot_not_taken", session=held.uid, error=_words(error))
            except Exception:  # noqa: BLE001 - a bug that one session meets must not end the shard of all the others
                held.urgent = held.urgent or urgent
                held.failed(_now())
                _log.exception("snapshot_failed", session=held.uid)
        if urgent:
            await self._tending.keep_notes(held)

    async def _settle(self, held: Held) -> None:
        if not held.owner.certain:
            settled = held.owner.settled()
            await on_disk(lambda: settled.write(held.folder.path))
            held.owner = settled

    async def _stop_watching(self, held: Held) -> None:
        """No snapshot of it is under way when this returns."""
        held.watching = False
        task = self._tasks.pop(held.uid, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
