"""The file of a journal: its tables, how one of an older version is brought up to them, and its end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from session_host.disk.session_files import delete_file

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, even when every entry has been removed
    session_uid TEXT NOT NULL,
    event BLOB NOT NULL,
    set_aside TEXT -- why it cannot be applied or published; such an entry is kept, and skipped there
) STRICT
"""
_VERSION_1 = """
BEGIN IMMEDIATE;
ALTER TABLE entry ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN published INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET applied = 1 WHERE set_aside IS NOT NULL;
CREATE TABLE journal (id TEXT NOT NULL) STRICT;
INSERT INTO journal VALUES (lower(hex(randomblob(12))));
PRAGMA user_version = 1;
COMMIT;
"""
"""A version that knows nothing of it can still append, read and remove: it applies entries, and publishes none."""

_VERSION_2 = """
BEGIN IMMEDIATE;
ALTER TABLE entry ADD COLUMN raw BLOB;
ALTER TABLE entry ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 2;
COMMIT;
"""
"""`raw`: the protobuf of a message. `held`: something of it is still to be looked up (`completing`)."""
_VERSION_3 = """
BEGIN IMMEDIATE;
ALTER TABLE entry ADD COLUMN set_aside_at INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET set_aside_at = 1000 * unixepoch() WHERE set_aside IS NOT NULL;
PRAGMA user_version = 3;
COMMIT;
"""
"""`set_aside_at`: when it was set aside, in milliseconds since 1970."""
_VERSION_4 = """
BEGIN IMMEDIATE;
ALTER TABLE journal ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 4;
COMMIT;
"""
"""`position`: of the log of events: what was published and is not marked stands behind it."""
_VERSIONS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
_INDEXES = """
CREATE INDEX IF NOT EXISTS entry_to_apply ON entry (seq) WHERE applied = 0;
CREATE INDEX IF NOT EXISTS entry_to_publish ON entry (seq) WHERE published = 0;
CREATE INDEX IF NOT EXISTS entry_held ON entry (seq) WHERE held = 1;
CREATE INDEX IF NOT EXISTS entry_set_aside ON entry (seq) WHERE set_aside IS NOT NULL;
"""
"""What waits is found and counted in the same time however many others there are: with NATS away for days, millions."""

_LARGEST_IDLE_FILE = 4 * 1024 * 1024


def open_journal(path: Path) -> sqlite3.Connection:
    """Open or make the file, for its writer. Raises sqlite3.Error."""
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA synchronous=NORMAL")  # `Disk` does more where it is wanted
    writer.execute(f"PRAGMA journal_size_limit={_LARGEST_IDLE_FILE}")
    writer.execute(_SCHEMA)
    (version,) = writer.execute("PRAGMA user_version").fetchone()
    for step in _VERSIONS[version:]:
        writer.executescript(step)
    writer.executescript(_INDEXES)
    return writer


def remove_when_empty(path: Path) -> bool:
    """Remove the file of a journal that nobody has open, unless there is an entry in it; whether it is gone."""
    with closing(sqlite3.connect(path)) as rows:
        if rows.execute("SELECT 1 FROM entry LIMIT 1").fetchone():
            return False
    delete_file(path)
    return True
