"""A note beside the library's tables: how Signal sessions and sender keys were before they moved last.

The library writes down that it has opened a message, hands the message on, and tells WhatsApp that it has it, in this
order. A process that dies in between leaves a message that nobody kept. WhatsApp brings it again, and the library drops
it as one that it had ("old counter"), with a receipt and without a word. So whoever takes the session after a death
takes the chains of the last seconds back to where they were (`signal_records`): what comes again can be opened again.
What was kept and comes again all the same changes nothing (docs/session-host.md, "What is lost at most").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from session_host.auth_sync.notes import Note, opened
from session_host.auth_sync.signal_records import NoRecord, sender_key_before, session_before

SETTLED_AFTER = 3
"""Seconds after which a message is surely kept, where the process lives: a callback comes within milliseconds."""
_TABLE = """CREATE TABLE wagate_moved_last (
    kind TEXT NOT NULL, chat TEXT NOT NULL, address TEXT NOT NULL, before BLOB, at INTEGER NOT NULL
)"""
"""`before`: how it was; NULL when there was none. In the order of the moves."""
_INDEX = "CREATE INDEX wagate_moved_last_at ON wagate_moved_last (at)"
_TRIGGER = """CREATE TRIGGER {name} AFTER {change} ON {table} {when}
BEGIN
    DELETE FROM wagate_moved_last WHERE at < CAST(strftime('%s', 'now') AS INTEGER) - {seconds};
    INSERT INTO wagate_moved_last VALUES ({noted}, CAST(strftime('%s', 'now') AS INTEGER));
END"""
_RECEIVED = (
    "substr({0}.session, instr({0}.session, '\"ReceiverChains\"'),"
    " instr({0}.session, '\"RemoteIdentityPublic\"') - instr({0}.session, '\"ReceiverChains\"'))"
)
_RECEIVES = f"WHEN {_RECEIVED.format('OLD')} IS NOT {_RECEIVED.format('NEW')}"
"""What is sent moves another chain. What is no such JSON is not noted."""
_SESSIONS, _KEYS, _PRE_KEYS = "whatsmeow_sessions", "whatsmeow_sender_keys", "whatsmeow_pre_keys"
_MOVES = (
    ("wagate_session_added", "INSERT", _SESSIONS, "", "'session', '', NEW.their_id, NULL"),
    ("wagate_session_moved", "UPDATE", _SESSIONS, _RECEIVES, "'session', '', NEW.their_id, OLD.session"),
    ("wagate_key_moved", "UPDATE", _KEYS, "", "'sender key', NEW.chat_id, NEW.sender_id, OLD.sender_key"),
    ("wagate_pre_key_used", "DELETE", _PRE_KEYS, "", "'pre-key', OLD.jid, OLD.key_id, OLD.key"),
)
UNSETTLED = Note(
    "wagate_moved_last",
    (_TABLE, _INDEX),
    {
        name: _TRIGGER.format(name=name, change=change, table=table, when=when, noted=noted, seconds=SETTLED_AFTER)
        for name, change, table, when, noted in _MOVES
    },
)

_MOVED_SESSIONS = """
    SELECT address, session, before FROM wagate_moved_last JOIN whatsmeow_sessions ON their_id = address
    WHERE kind = 'session' AND at > ? ORDER BY address, wagate_moved_last.rowid
"""
_MOVED_KEYS = """
    SELECT chat, address, sender_key, before
    FROM wagate_moved_last JOIN whatsmeow_sender_keys ON chat_id = chat AND sender_id = address
    WHERE kind = 'sender key' AND at > ? ORDER BY chat, address, wagate_moved_last.rowid
"""
_PUT_SESSION = "UPDATE whatsmeow_sessions SET session = ? WHERE their_id = ?"
_DROP_SESSION = "DELETE FROM whatsmeow_sessions WHERE session IS NULL"
_PUT_KEY = "UPDATE whatsmeow_sender_keys SET sender_key = ? WHERE chat_id = ? AND sender_id = ?"
_PUT_PRE_KEYS = """
    INSERT OR IGNORE INTO whatsmeow_pre_keys (jid, key_id, key, uploaded)
    SELECT chat, address, before, 1 FROM wagate_moved_last WHERE kind = 'pre-key' AND at > ?
"""
"""A session that begins anew begins with what it began with."""
_NOTHING = "DELETE FROM wagate_moved_last"


def take_back_unsettled(path: Path, rested_at: float = 0.0) -> int:
    """Take back what received something in the last seconds of the process that had a database open; how many chats.

    Args:
        path: the database, which nobody has open.
        rested_at: when it had not changed for `SETTLED_AFTER` seconds, and that process lived; epoch seconds.

    Raises:
        sqlite3.Error: it cannot be done.
    """
    with closing(opened(path)) as database:
        if not UNSETTLED.is_in(database):
            return 0
        since = (int(rested_at) - SETTLED_AFTER + 1,)
        sessions = _taken_back(database.execute(_MOVED_SESSIONS, since).fetchall(), session_before)
        keys = _taken_back(database.execute(_MOVED_KEYS, since).fetchall(), sender_key_before)
        if sessions or keys:
            database.execute("PRAGMA synchronous = NORMAL")  # after a power cut this database is not used
            database.execute("BEGIN IMMEDIATE")
            database.execute(_PUT_PRE_KEYS, since)
            database.executemany(_PUT_SESSION, sessions)
            database.execute(_DROP_SESSION)
            database.executemany(_PUT_KEY, keys)
            database.execute(_NOTHING)
            database.execute("COMMIT")
    return len(sessions) + len(keys)


def _taken_back(
    rows: Sequence[tuple[Any, ...]], before: Callable[[bytes, Sequence[bytes | None]], bytes | None]
) -> list[tuple[bytes | str | None, ...]]:
    """The records that change, each with what it is of. Rows: what it is of, how it is, how it was before a move."""
    changed: list[tuple[bytes | str | None, ...]] = []
    for (*of, now), moves in groupby(rows, key=lambda row: row[:-1]):
        try:
            record = before(now, [move[-1] for move in moves])
        except NoRecord:  # of another version of the library: it stays as it is
            continue
        if record != now:
            changed.append((record, *of))
    return changed
