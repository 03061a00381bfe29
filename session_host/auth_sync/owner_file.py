"""Who used an auth folder last, kept in the folder: tells whether what is on this disk is the very last state."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from shared.durable import write_durably
from shared.known_fields import with_known_fields

OWNER_FILE = "owner.json"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class FolderOwner:
    """The owner that had the folder last, written before anything opens it."""

    host: str
    epoch: int
    boot: str
    """The machine's boot: after a power cut the database may have lost its last writes (`synchronous=NORMAL`)."""
    certain: bool
    """Whether the folder holds everything its session ever did; False from a doubtful restore until that is settled."""

    def is_predecessor_of(self, epoch: int) -> bool:
        """Whether the owner just before this epoch, or this one's earlier try, left this folder in the same boot."""
        return self.epoch in {epoch - 1, epoch} and self.boot == boot_id()

    def settled(self) -> FolderOwner:
        """The same, its doubts settled."""
        return replace(self, certain=True)

    def write(self, folder: Path) -> None:
        """Keep it; on disk when this returns. Raises OSError."""
        write_durably(folder / OWNER_FILE, orjson.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> FolderOwner | None:
        """What is kept in the folder; None when there is nothing that can be read."""
        try:
            return with_known_fields(cls, orjson.loads((folder / OWNER_FILE).read_bytes()))
        except (FileNotFoundError, orjson.JSONDecodeError, TypeError):
            return None


def boot_id() -> str:
    """Names this boot of the machine; empty where the system does not tell."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
