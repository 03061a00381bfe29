"""Hosts with a keeper each, on disks of their own or on one, over one blob store."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.keeper import SECRETS_KEPT, AuthKeeper
from session_host.auth_sync.pruning import Kept
from session_host.disk.session_files import DATABASE, KEY_FILE
from shared.adapters.filesystem.blobs import FolderBlobs
from shared.blobs.keys import auth_manifest
from shared.blobs.ports import Blob, Blobs
from shared.errors import StoreUnavailable
from shared.sessions.model import Session, SessionReport

UID = "ses_one"
KEY = bytes(range(32))
PAIRED = SessionReport(number="491700000001")


def row(epoch: int, uid: str = UID, **fields: Any) -> Session:
    return Session(uid=uid, key_id="key_1", name="default", created_at=0, owner="host-0", epoch=epoch, **fields)


class Gate(Blobs):
    """The store, which can be away; and can do a write and lose its answer."""

    def __init__(self, inner: Blobs) -> None:
        self._inner = inner
        self.away = False
        self.lose_answers = 0
        self.puts: list[str] = []

    @override
    async def get(self, key: str) -> Blob | None:
        self._check()
        return await self._inner.get(key)

    @override
    async def put(self, key: str, body: bytes, *, if_match: str | None = None, if_absent: bool = False) -> str:
        self._check()
        etag = await self._inner.put(key, body, if_match=if_match, if_absent=if_absent)
        self.puts.append(key)
        if self.lose_answers:
            self.lose_answers -= 1
            raise StoreUnavailable("The answer was lost.")
        return etag

    @override
    async def delete(self, key: str) -> None:
        self._check()
        await self._inner.delete(key)

    @override
    async def list(self, prefix: str) -> list[str]:
        self._check()
        return await self._inner.list(prefix)

    def _check(self) -> None:
        if self.away:
            raise StoreUnavailable("The store is away.")


@dataclass
class Place:
    """A host's disk and the keeper of the process that runs on it."""

    root: Path
    blobs: Gate
    fenced: list[tuple[str, int]] = field(default_factory=list)
    min_interval: float = 0.0
    clear: bool = True
    key: bytes = KEY
    secrets: Kept = SECRETS_KEPT

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.keeper = AuthKeeper(
            self.blobs,
            self.root,
            AuthCipher(self.key),
            "host",
            on_fenced=lambda uid, epoch: self.fenced.append((uid, epoch)),
            min_interval=self.min_interval,
            secrets=self.secrets,
            clear=self.clear,
        )
        self.running = asyncio.create_task(self.keeper.run())

    async def die(self) -> None:
        """As the process does: nothing is said to the store, and the kernel frees the locks."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.keeper.close()

    def folder(self, uid: str = UID) -> Path:
        return self.root / uid

    def write(self, value: str, uid: str = UID) -> None:
        """What the library does: one more row, in the tables of its Signal state too."""
        self.folder(uid).mkdir(parents=True, exist_ok=True)
        (self.folder(uid) / KEY_FILE).write_bytes(b"k" * 32)
        with closing(sqlite3.connect(self.folder(uid) / DATABASE)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            for table in ("whatsmeow_device", "whatsmeow_sessions", "whatsmeow_sender_keys"):
                database.execute(f"CREATE TABLE IF NOT EXISTS {table} (value TEXT)")
                database.execute(f"INSERT INTO {table} VALUES (?)", (value,))  # noqa: S608
            database.commit()

    def read(self, table: str = "whatsmeow_device", uid: str = UID) -> list[str]:
        with closing(sqlite3.connect(self.folder(uid) / DATABASE)) as database:
            return [str(found[0]) for found in database.execute(f"SELECT value FROM {table}")]  # noqa: S608


class World:
    """The store, and the places that were made."""

    def __init__(self, folder: Path, blobs: Blobs) -> None:
        self.folder = folder
        self.blobs = Gate(blobs)
        self.places: list[Place] = []

    @classmethod
    async def make(cls, folder: Path) -> "World":
        return cls(folder, await FolderBlobs.open(folder / "blobs"))

    def place(self, name: str, **options: Any) -> Place:
        place = Place(self.folder / name / "auth", self.blobs, **options)
        self.places.append(place)
        return place

    async def manifest(self, uid: str = UID) -> dict[str, Any]:
        blob = await self.blobs.get(auth_manifest(uid))
        assert blob is not None
        return json.loads(blob.body)

    async def objects(self, uid: str = UID) -> list[str]:
        return [key for key in await self.blobs.list(f"auth/{uid}/") if not key.endswith("manifest")]

    async def end(self) -> None:
        for place in self.places:
            await place.die()


async def until(met: Callable[[], bool], within: float = 45.0) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.01)


async def snapshot_taken(place: Place, within: float = 45.0) -> None:
    """What was written is in the store."""
    async with asyncio.timeout(within):
        while True:
            held = place.keeper._held[UID]
            if held.watching and held._seen == held.folder.fingerprint() and not held.turn.locked():
                return
            await asyncio.sleep(0.01)
