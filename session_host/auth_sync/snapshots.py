"""Taking one snapshot: copy, encrypt, write the object, point the manifest at it, delete what is too old."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import structlog

from session_host.auth_sync.auth_folder import AuthFolder, Fingerprint
from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.copies import Copier
from session_host.auth_sync.held import Held
from session_host.auth_sync.manifest import Manifest
from session_host.auth_sync.manifests import Manifests
from session_host.auth_sync.on_disk import on_disk
from shared.blobs.keys import auth_object, auth_order, auth_prefix
from shared.blobs.ports import Blobs, PreconditionFailed
from shared.errors import StoreUnavailable

_log = structlog.get_logger()

_KEEP = 2
_COARSE = 0.02
"""Seconds within which a file can be written again and keep its time stamp (a kernel's clock tick is 10 ms at most)."""
_TRIES = 10


class Snapshots:
    """Takes snapshots of held folders. One at a time for each: the caller holds its turn."""

    def __init__(self, blobs: Blobs, cipher: AuthCipher, copier: Copier, host: str, min_interval: float) -> None:
        """`min_interval`: seconds between two of one session, unless one is urgent."""
        self._blobs = blobs
        self._manifests = Manifests(blobs)
        self._cipher = cipher
        self._copier = copier
        self._host = host
        self._min_interval = min_interval

    async def take(self, held: Held, *, clean: bool = False) -> None:
        """Have the manifest say what the folder holds now; nothing is written when it says so already.

        Args:
            held: the folder.
            clean: whether this is the very last state, the database closed.

        Raises:
            Fenced: a later owner has the manifest.
            StoreUnavailable: the store or the disk is away.
            CopyFailed: the database could not be copied this time.
            Damaged: the database does not verify; the snapshots before it stay.
        """
        now = asyncio.get_running_loop().time
        fingerprint = await _unmistakable(held.folder)
        manifest = await self._put(held)
        if replace(manifest, clean=clean) != held.written.manifest:
            manifest = replace(manifest, clean=clean, seq=max(manifest.seq, held.written.manifest.seq + 1))
            held.written = await self._manifests.advance(held.uid, manifest, held.written)
            await self._drop_old(held)
        held.took(now(), fingerprint, self._min_interval)

    async def _put(self, held: Held) -> Manifest:
        """What the manifest has to say: a copy is written under the next free number, unless it holds what it held."""
        before = held.written.manifest
        for seq in range(before.seq + 1, before.seq + 1 + _TRIES):
            key = auth_object(held.uid, held.epoch, seq)
            copy = await self._copier.sealed(held.folder.path, self._cipher, key, known=before.sha256)
            if copy is None:
                return before
            try:
                await self._blobs.put(key, copy.bundle, if_absent=True)
            except PreconditionFailed:
                continue  # an earlier try of ours, whose manifest was not written
            return Manifest(
                epoch=held.epoch, seq=seq, host=self._host, object=key, sha256=copy.sha256, size=copy.size, clean=False
            )
        raise StoreUnavailable(f"Too many unfinished snapshots of session {held.uid}.")

    async def _drop_old(self, held: Held) -> None:
        """Delete all but the newest snapshots; what cannot be deleted now is at the next one."""
        newest = held.written.manifest.object
        try:
            if held.objects is None:
                found = [
                    (order, key) for key in await self._blobs.list(auth_prefix(held.uid)) if (order := auth_order(key))
                ]
                held.objects = [key for _, key in sorted(found)]
            older = [key for key in held.objects if key != newest]
            for key in older[: 1 - _KEEP]:
                await self._blobs.delete(key)
        except StoreUnavailable as error:
            held.objects = None
            _log.warning("old_snapshots_stay", session=held.uid, error=str(error))
        else:
            held.objects = [*older[1 - _KEEP :], *([newest] if newest else [])]


async def _unmistakable(folder: AuthFolder) -> Fingerprint | None:
    """A fingerprint that any later write changes; None while the database is written all the time."""
    for _ in range(2):
        looked = time.time()
        fingerprint = await on_disk(folder.fingerprint)
        if all(changed_ns < (looked - _COARSE) * 1e9 for changed_ns, _ in fingerprint):
            return fingerprint
        await asyncio.sleep(_COARSE)
    return None
