"""The newest messages that a session was asked to send, in SQLite."""

from __future__ import annotations

from collections.abc import Sequence

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.message_rows import COLUMNS, message_of
from shared.messages.model import OutboundMessage
from shared.messages.readable import readable

_NEWEST = f"""
    SELECT {COLUMNS} FROM messages WHERE id IN (
        SELECT id FROM messages INDEXED BY messages_by_chat WHERE session_uid = ? AND id < ? ORDER BY id DESC LIMIT ?
    ) ORDER BY id DESC
"""  # noqa: S608 - constants
"""By the index that the rows have anyway: one of its own would be written with every send, and this is asked seldom."""
_LAST = "~"


class SqliteSendLog:
    """`shared.messages.send_log.SendLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, session_uid: str, *, limit: int, before: str | None = None) -> Sequence[OutboundMessage]:
        """See the port."""
        values = (session_uid, before or _LAST, limit)
        rows = await self._database.read(lambda rows: rows.execute(_NEWEST, values).fetchall())
        read = [readable(row, message_of, row[0]) for row in rows]
        return [message for message in read if message is not None]
