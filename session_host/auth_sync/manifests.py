"""The conditional writes of manifests, by which one owner at a time says what the newest snapshot is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from session_host.auth_sync.errors import Fenced
from session_host.auth_sync.manifest import Manifest
from shared.blobs.keys import auth_manifest
from shared.blobs.ports import Blobs, PreconditionFailed
from shared.errors import StoreUnavailable

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Written:
    """A manifest as it is in the store, and its version tag."""

    manifest: Manifest
    etag: str


class Manifests:
    """Manifests of sessions, by uid. Every method raises StoreUnavailable."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def read(self, uid: str) -> Written | None:
        """The manifest, or None. Raises Damaged."""
        blob = await self._blobs.get(auth_manifest(uid))
        return None if blob is None else Written(Manifest.decode(blob.body), blob.etag)

    async def write(self, uid: str, manifest: Manifest, over: Written | None) -> Written:
        """Write it over exactly this one, or where there is none. Raises PreconditionFailed."""
        etag = await self._blobs.put(
            auth_manifest(uid), manifest.encode(), if_match=over.etag if over else None, if_absent=over is None
        )
        return Written(manifest, etag)

    async def advance(self, uid: str, manifest: Manifest, over: Written) -> Written:
        """Write the owner's next one; writes of its own whose answers were lost are passed over.

        Raises:
            Fenced: the manifest is another owner's, or deleted.
            Damaged: it cannot be read.
        """
        for _ in range(_TRIES):
            try:
                return await self.write(uid, manifest, over)
            except PreconditionFailed:
                found = await self.read(uid)
                if found is None or found.manifest.epoch > manifest.epoch:
                    theirs = found.manifest.epoch if found else "none: it was deleted"
                    raise Fenced(f"session {uid}: the manifest has epoch {theirs}, not {manifest.epoch}") from None
                if found.manifest == manifest:
                    return found
                over, manifest = found, replace(manifest, seq=max(manifest.seq, found.manifest.seq + 1))
        raise StoreUnavailable(f"The manifest of session {uid} keeps changing.", retry_after=1.0)

    async def delete(self, uid: str) -> None:
        """Remove it. May be repeated."""
        await self._blobs.delete(auth_manifest(uid))
