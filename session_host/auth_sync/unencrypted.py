"""A note beside the library's tables: the message that was begun last, as long as it is encrypted for nobody.

The library writes a message's secret, asks WhatsApp for devices and pre-keys, encrypts, writes every Signal session
that this moved, in one transaction, and only then the frame. So a message that was begun and moved no session has
certainly not left. The tables do not tell which came first; these triggers do. One note is enough: a client's next
message waits until the one before it has ended.

The note goes when in doubt: with any session of the recipient, of the sender's own devices, or of an address that does
not read as somebody else's. Only chats with one person have one: a group's sender key moves before anybody is asked
(docs/adr/0030-what-was-never-encrypted.md).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_BUSY = 0.5
"""Seconds to wait for the library's own writes; then it is left for another time."""
_TABLE = "CREATE TABLE wagate_unencrypted (secret BLOB NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL)"
"""`recipient`, `sender`: how the addresses of their devices begin in `whatsmeow_sessions`: `12345_` of `12345_1:7`."""
_BEGUN = """CREATE TRIGGER wagate_begun AFTER INSERT ON whatsmeow_message_secrets
WHEN NEW.chat_jid LIKE '%@lid' AND NEW.chat_jid <> NEW.sender_jid
BEGIN
    DELETE FROM wagate_unencrypted;
    INSERT INTO wagate_unencrypted
    VALUES (NEW.key, replace(NEW.chat_jid, '@lid', '_'), replace(NEW.sender_jid, '@lid', '_'));
END"""
_MOVED = """CREATE TRIGGER wagate_{name} AFTER {change} ON whatsmeow_sessions
BEGIN
    DELETE FROM wagate_unencrypted WHERE NOT (
        NEW.their_id GLOB '[0-9]*_1:[0-9]*'
        AND instr(NEW.their_id, recipient) <> 1 AND instr(NEW.their_id, sender) <> 1
    );
END"""
_TRIGGERS = {
    "wagate_begun": _BEGUN,
    "wagate_added": _MOVED.format(name="added", change="INSERT"),
    "wagate_moved": _MOVED.format(name="moved", change="UPDATE"),
}
_THERE = "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"

NOTED = """
    SELECT 1 FROM wagate_unencrypted
    WHERE secret = ? AND (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND sql IN (?, ?, ?)) = 3
"""
"""Whether the note is of the message with a secret; takes that and TRIGGERS. A note that lacks a trigger says nothing:
the library may have made a table anew."""
TRIGGERS = tuple(_TRIGGERS.values())


def keep_note(path: Path) -> None:
    """Have the note written from now on; a message that is under way has none. May be repeated.

    Args:
        path: an auth database, which the library may have open: in another process than this one.

    Raises:
        sqlite3.Error: not now: the database is being written, or the library has not made its tables yet.
    """
    uri = f"file:{quote(str(path))}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY, isolation_level=None)) as database:
        if _is_kept(database):
            return
        database.execute("BEGIN IMMEDIATE")
        try:
            _begin_anew(database)
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def _is_kept(database: sqlite3.Connection) -> bool:
    return {sql for (sql,) in database.execute(_THERE)}.issuperset(TRIGGERS)


def _begin_anew(database: sqlite3.Connection) -> None:
    for name in _TRIGGERS:
        database.execute(f"DROP TRIGGER IF EXISTS {name}")
    database.execute("DROP TABLE IF EXISTS wagate_unencrypted")
    for statement in (_TABLE, *TRIGGERS):
        database.execute(statement)
