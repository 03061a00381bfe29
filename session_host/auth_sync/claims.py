"""Taking a session's auth folder under a new epoch: which state is the newest, and whether it is surely the last.

The manifest is written after the new state lies beside the old one and before it is put in its place. So an owner
that is fenced off has changed nothing, and one that dies in between leaves one state or the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import structlog

from session_host.auth_sync.auth_folder import AuthFolder, clear_signal_state
from session_host.auth_sync.bundle import decompress, unpack
from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.errors import AuthUnreadable, Damaged, Fenced
from session_host.auth_sync.manifest import Manifest
from session_host.auth_sync.manifests import Manifests, Written
from session_host.auth_sync.on_disk import on_disk
from session_host.auth_sync.owner_file import FolderOwner, boot_id
from shared.blobs.keys import auth_order, auth_prefix
from shared.blobs.ports import Blobs, PreconditionFailed
from shared.errors import StoreUnavailable
from shared.sessions.model import Desired, Session

_log = structlog.get_logger()

_TRIES = 5
"""An owner that does not know yet that it is one no more writes every few seconds."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A folder that is this owner's."""

    written: Written
    owner: FolderOwner


class Claims:
    """Makes claims for one host."""

    def __init__(self, blobs: Blobs, cipher: AuthCipher, host: str, *, clear: bool) -> None:
        """`clear`: whether a state that is not surely the last loses its Signal state."""
        self._blobs = blobs
        self._manifests = Manifests(blobs)
        self._cipher = cipher
        self._host = host
        self._clear = clear

    async def make(self, row: Session, folder: AuthFolder) -> Claim:
        """Claim a folder whose lock is held.

        Raises:
            Fenced: the manifest has a higher epoch.
            AuthUnreadable: nothing of its pairing can be read.
            StoreUnavailable: the store or the disk.
        """
        await on_disk(folder.recover)
        for _ in range(_TRIES):
            found = await self._read(row.uid)
            if found is not None and found.manifest.epoch > row.epoch:
                raise Fenced(f"session {row.uid} has epoch {found.manifest.epoch}, not {row.epoch}")
            owner, prepared = await self._prepare(row, folder, found.manifest if found else None)
            mine = found.manifest.claimed(row.epoch, self._host) if found else Manifest(row.epoch, 0, self._host)
            try:
                written = await self._manifests.write(row.uid, mine, found)
            except PreconditionFailed:
                continue
            if prepared:
                await on_disk(folder.exchange)
            elif self._clear:
                await self._take_back_unsettled(row, folder)
            return Claim(written, owner)
        raise StoreUnavailable(f"The manifest of session {row.uid} keeps changing.", retry_after=1.0)

    async def _read(self, uid: str) -> Written | None:
        try:
            return await self._manifests.read(uid)
        except Damaged as error:
            raise AuthUnreadable(f"Session {uid}: {error}") from error

    async def _prepare(self, row: Session, folder: AuthFolder, manifest: Manifest | None) -> tuple[FolderOwner, bool]:
        """Whose the folder will be, and whether a new one was made beside it."""
        last = await on_disk(lambda: FolderOwner.read(folder.path))
        if last is not None and last.is_predecessor_of(row.epoch):
            owner = replace(last, host=self._host, epoch=row.epoch)
            await on_disk(lambda: owner.write(folder.path))
            return owner, False
        if manifest is not None and manifest.object is not None:
            return await self._restore(row, folder, manifest, manifest.object), True
        return await self._use_what_is_here(row, folder, manifest), False

    async def _take_back_unsettled(self, row: Session, folder: AuthFolder) -> None:
        try:
            chats = await asyncio.to_thread(folder.take_back_unsettled)
        except (OSError, sqlite3.Error) as error:  # it is used as it is
            _log.warning("signal_state_not_taken_back", session=row.uid, error=str(error))
        else:
            if chats:
                _log.info("signal_state_taken_back", session=row.uid, chats=chats)

    async def _use_what_is_here(self, row: Session, folder: AuthFolder, manifest: Manifest | None) -> FolderOwner:
        """There is no snapshot: the database of this disk, if there is one (a power cut before the first snapshot)."""
        here = await on_disk(folder.database.exists)
        if not here and row.report.number is not None and row.desired is not Desired.DELETED:
            raise AuthUnreadable(f"Session {row.uid} was paired and there is neither a snapshot nor a database of it.")
        never_any = manifest is None or manifest.left_clean_before(row.epoch)
        owner = self._owner(row, certain=never_any and not here)
        if here and self._clear:
            await on_disk(lambda: clear_signal_state(folder.database))
        await on_disk(lambda: owner.write(folder.path))
        return owner

    async def _restore(self, row: Session, folder: AuthFolder, manifest: Manifest, newest: str) -> FolderOwner:
        """Prepare the newest snapshot that verifies."""
        async for key in self._keys(row.uid, newest):
            certain = key == newest and manifest.left_clean_before(row.epoch)
            owner, clear = self._owner(row, certain=certain), self._clear and not certain
            try:
                bundle = await self._bundle(key, manifest.sha256 if key == newest else None)
                await on_disk(lambda: folder.prepare(unpack(bundle), owner, clear=clear))  # noqa: B023 - awaited here
            except Damaged as error:
                _log.error("auth_snapshot_damaged", session=row.uid, object=key, error=str(error))
            else:
                _log.info("auth_restored", session=row.uid, object=key, last=certain)
                return owner
        if row.desired is Desired.DELETED:
            owner = self._owner(row, certain=False)
            await on_disk(lambda: folder.prepare({}, owner, clear=False))
            return owner
        raise AuthUnreadable(
            f"Session {row.uid}: no snapshot of its pairing can be read. Do all hosts have the same WAGATE_AUTH_KEY?"
        )

    async def _keys(self, uid: str, newest: str) -> AsyncIterator[str]:
        """The snapshot of the manifest, then the older ones that are still there."""
        yield newest
        found = [(order, key) for key in await self._blobs.list(auth_prefix(uid)) if (order := auth_order(key))]
        for _, key in sorted(found, reverse=True):
            if key != newest:
                yield key

    async def _bundle(self, key: str, sha256: str | None) -> bytes:
        """The plain bundle of a snapshot. Raises Damaged when it is missing or does not verify."""
        blob = await self._blobs.get(key)
        if blob is None:
            raise Damaged(f"{key} is missing")
        bundle = decompress(await asyncio.to_thread(self._cipher.unseal, blob.body, key))
        if sha256 is not None and hashlib.sha256(bundle).hexdigest() != sha256:
            raise Damaged(f"{key} is not what the manifest says")
        return bundle

    def _owner(self, row: Session, *, certain: bool) -> FolderOwner:
        return FolderOwner(self._host, row.epoch, boot_id(), certain)
