"""What is known of files, in SQLite. How much room a key's take is added up by triggers (`schema.py`)."""

from __future__ import annotations

from typing import Any

from shared.adapters.sqlite.database import Database
from shared.media.model import StoredFile

_COLUMNS = "id, key_id, session_uid, mimetype, size, sha256, file_name, created_at, expires_at, ticket"
_INSERT = f"INSERT INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_ONE = f"SELECT {_COLUMNS} FROM files WHERE id = ? AND key_id = ?"  # noqa: S608 - constants
_FINISH = """
    UPDATE files SET mimetype = ?, size = ?, sha256 = ?, file_name = ?, expires_at = ?, ticket = ''
    WHERE id = ? AND key_id = ? AND sha256 = ''
"""
_CLAIM = f"""
    UPDATE files SET ticket = '' WHERE id = ? AND key_id = ? AND ticket = ? RETURNING {_COLUMNS}
"""  # noqa: S608 - constants
_KEEP = f"""
    UPDATE files SET expires_at = max(expires_at, ?) WHERE id = ? AND key_id = ? RETURNING {_COLUMNS}
"""  # noqa: S608 - constants
_EXPIRE_OF = "UPDATE files SET expires_at = ? WHERE key_id = ? AND session_uid = ? AND expires_at > ?"
_REMOVE = "DELETE FROM files WHERE id = ? AND key_id = ?"
_EXPIRED = f"SELECT {_COLUMNS} FROM files WHERE expires_at < ? ORDER BY expires_at LIMIT ?"  # noqa: S608 - constants
_BYTES_OF = "SELECT coalesce((SELECT bytes FROM files_of_keys WHERE key_id = ?), 0)"
_IN_ALL = "SELECT coalesce(sum(bytes), 0) FROM files_of_keys"


class SqliteFileRows:
    """`shared.media.ports.FileRows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, file: StoredFile) -> None:
        """Store a new row."""
        row = (
            file.id,
            file.key_id,
            file.session_uid,
            file.mimetype,
            file.size,
            file.sha256,
            file.file_name,
            file.created_at,
            file.expires_at,
            file.ticket,
        )
        await self._database.write(lambda rows: rows.execute(_INSERT, row))

    async def get(self, key_id: str, file_id: str) -> StoredFile | None:
        """A key's file, one that has expired and is not removed yet too; None when the key has no such file."""
        return await self._database.read(lambda rows: _one(rows.execute(_ONE, (file_id, key_id)).fetchone()))

    async def finish(self, file: StoredFile) -> bool:
        """Write what its bytes turned out to be; see the port."""
        values = (file.mimetype, file.size, file.sha256, file.file_name, file.expires_at, file.id, file.key_id)
        return await self._database.write(lambda rows: rows.execute(_FINISH, values).rowcount == 1)

    async def claim(self, key_id: str, file_id: str, ticket: str) -> StoredFile | None:
        """Take its ticket away; the row as it is now, None when it does not have this ticket."""
        if not ticket:
            return None
        values = (file_id, key_id, ticket)
        return await self._database.write(lambda rows: _one(rows.execute(_CLAIM, values).fetchone()))

    async def keep(self, key_id: str, file_id: str, until: int) -> StoredFile | None:
        """Have it expire at that time if that is later than it would; the row as it is now, None when it is gone."""
        values = (until, file_id, key_id)
        return await self._database.write(lambda rows: _one(rows.execute(_KEEP, values).fetchone()))

    async def expire_of(self, key_id: str, session_uid: str, at: int) -> None:
        """Have every file of a session expire at that time, if it would later. May be repeated."""
        await self._database.write(lambda rows: rows.execute(_EXPIRE_OF, (at, key_id, session_uid, at)))

    async def remove(self, file: StoredFile) -> bool:
        """Remove the row; False when there was none."""
        return await self._database.write(lambda rows: rows.execute(_REMOVE, (file.id, file.key_id)).rowcount == 1)

    async def bytes_of(self, key_id: str) -> int:
        """The room that a key's files take, until they are removed."""
        return await self._database.read(lambda rows: rows.execute(_BYTES_OF, (key_id,)).fetchone()[0])

    async def bytes_in_all(self) -> int:
        """The same for all keys."""
        return await self._database.read(lambda rows: rows.execute(_IN_ALL).fetchone()[0])

    async def expired(self, before: int, limit: int) -> list[StoredFile]:
        """Rows that expired before this time, those that did so first; as many as `limit` when there are."""
        return await self._database.read(
            lambda rows: [StoredFile(*row) for row in rows.execute(_EXPIRED, (before, limit))]
        )


def _one(row: tuple[Any, ...] | None) -> StoredFile | None:
    return None if row is None else StoredFile(*row)
