"""What a manifest says: which snapshot of a session's auth folder is the newest, and which owner may write the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import orjson

from session_host.auth_sync.errors import Damaged
from shared.known_fields import with_known_fields


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of the object `shared.blobs.keys.auth_manifest`. (epoch, seq) only ever rises."""

    epoch: int
    """Whose it is: an owner with a lower epoch writes no more."""
    seq: int
    """Rises with every snapshot, over all epochs."""
    host: str
    """Who wrote it, for people who look."""
    object: str | None = None
    """The key of the newest snapshot; None before the first."""
    sha256: str | None = None
    """Of the snapshot's plain bundle, in hexadecimal."""
    size: int = 0
    """Bytes of the plain bundle."""
    clean: bool = False
    """Whether the snapshot is the very last state of the owner with this epoch, who has closed the database."""

    def claimed(self, epoch: int, host: str) -> Manifest:
        """The same snapshot under the next owner."""
        return replace(self, epoch=epoch, host=host, clean=False)

    def left_clean_before(self, epoch: int) -> bool:
        """Whether the owner just before this epoch left the very last state."""
        return self.clean and self.epoch == epoch - 1

    def encode(self) -> bytes:
        """As JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def decode(cls, body: bytes) -> Manifest:
        """From JSON; fields of a later version are passed over. Raises Damaged."""
        try:
            return with_known_fields(cls, orjson.loads(body))
        except (orjson.JSONDecodeError, TypeError) as error:
            raise Damaged(f"a manifest cannot be read: {error!r}") from error
