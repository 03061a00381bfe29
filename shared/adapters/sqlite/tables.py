"""The tables of the database file, as steps that bring an older file forward. A step, once released, never changes."""

from __future__ import annotations

from shared.adapters.sqlite.search_tables import SEARCH

_FIRST = (
    """
    CREATE TABLE api_keys (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL, active INTEGER NOT NULL, scopes TEXT NOT NULL, expires_at INTEGER,
        default_region TEXT, last_used INTEGER, request_count INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE sessions (
        uid TEXT PRIMARY KEY, key_id TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,
        desired TEXT NOT NULL, owner TEXT, epoch INTEGER NOT NULL,
        status TEXT NOT NULL, reason TEXT, since INTEGER NOT NULL, until INTEGER, next_try INTEGER,
        number TEXT, lid TEXT, push_name TEXT
    ) STRICT
    """,
    # A deleted session waits for its host under its uid; its name is free at once.
    "CREATE UNIQUE INDEX sessions_by_name ON sessions (key_id, name) WHERE desired <> 'deleted'",
    "CREATE INDEX sessions_by_owner ON sessions (owner) WHERE owner IS NOT NULL",
    "CREATE INDEX sessions_unowned ON sessions (created_at, uid) WHERE owner IS NULL AND desired <> 'stopped'",
    """
    CREATE TABLE messages (
        id TEXT PRIMARY KEY, key_id TEXT NOT NULL, session_uid TEXT NOT NULL, recipient TEXT NOT NULL,
        content TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, queue INTEGER NOT NULL,
        state TEXT NOT NULL, epoch INTEGER, wa_id TEXT, failure TEXT, times TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX messages_open ON messages (session_uid, id) WHERE state IN ('accepted', 'queued')",
    "CREATE INDEX messages_sending ON messages (session_uid, id) WHERE state = 'sending'",
    "CREATE INDEX messages_by_wa_id ON messages (session_uid, wa_id)",
    "CREATE INDEX messages_by_age ON messages (created_at)",
    """
    CREATE TABLE idempotency (
        key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, message_id TEXT NOT NULL, valid_until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX idempotency_by_expiry ON idempotency (valid_until)",
    """
    CREATE TABLE inbox (
        session_uid TEXT NOT NULL, position TEXT NOT NULL, id TEXT NOT NULL, chat TEXT NOT NULL,
        from_me INTEGER NOT NULL, from_number TEXT, from_lid TEXT, timestamp INTEGER NOT NULL, type TEXT NOT NULL,
        push_name TEXT, content TEXT NOT NULL, raw BLOB
    ) STRICT
    """,
    "CREATE UNIQUE INDEX inbox_once ON inbox (session_uid, chat, id, from_me)",
    "CREATE INDEX inbox_by_position ON inbox (session_uid, (chat = 'status@broadcast'), position)",
)

_LEASES = (
    # begun: the version that the shard's last start made; later ones were made by renewals.
    """
    CREATE TABLE leases (
        owner TEXT PRIMARY KEY, host TEXT NOT NULL, version INTEGER NOT NULL, begun INTEGER NOT NULL,
        held INTEGER NOT NULL, room INTEGER NOT NULL, draining INTEGER NOT NULL, dead INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_QUOTAS = (
    "ALTER TABLE api_keys ADD COLUMN max_sessions INTEGER",
    "CREATE INDEX inbox_by_age ON inbox (position)",
)

_UNLINKING = (
    "ALTER TABLE sessions ADD COLUMN unlink_since INTEGER",
    "DROP INDEX sessions_unowned",
    """
    CREATE INDEX sessions_unowned ON sessions (created_at, uid)
        WHERE owner IS NULL AND (desired <> 'stopped' OR unlink_since IS NOT NULL)
    """,
)

_TIMERS = (
    """
    CREATE TABLE chat_timers (
        session_uid TEXT NOT NULL, chat TEXT NOT NULL, seconds INTEGER NOT NULL, set_at INTEGER NOT NULL,
        PRIMARY KEY (session_uid, chat)
    ) STRICT, WITHOUT ROWID
    """,
)

_TIMER_OWNERS = ("ALTER TABLE chat_timers ADD COLUMN own TEXT NOT NULL DEFAULT ''",)
_SETTINGS = (
    "ALTER TABLE sessions ADD COLUMN settings TEXT",
    "ALTER TABLE sessions ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 0",
)
_HISTORY = ("ALTER TABLE sessions ADD COLUMN history TEXT",)
_SENDERS = ("ALTER TABLE messages ADD COLUMN sender TEXT",)
_ABOUT = ("ALTER TABLE messages ADD COLUMN about TEXT",)

_FILES = (
    """
    CREATE TABLE files (
        id TEXT PRIMARY KEY, key_id TEXT NOT NULL, session_uid TEXT, mimetype TEXT NOT NULL, size INTEGER NOT NULL,
        sha256 TEXT NOT NULL, file_name TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        ticket TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX files_by_expiry ON files (expires_at)",
    "CREATE INDEX files_of_sessions ON files (session_uid) WHERE session_uid IS NOT NULL",
    "CREATE TABLE files_of_keys (key_id TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
        INSERT INTO files_of_keys (key_id, bytes) VALUES (NEW.key_id, NEW.size)
            ON CONFLICT (key_id) DO UPDATE SET bytes = bytes + NEW.size;
    END
    """,
    """
    CREATE TRIGGER file_resized AFTER UPDATE OF size ON files BEGIN
        UPDATE files_of_keys SET bytes = bytes + NEW.size - OLD.size WHERE key_id = NEW.key_id;
    END
    """,
    """
    CREATE TRIGGER file_removed AFTER DELETE ON files BEGIN
        UPDATE files_of_keys SET bytes = bytes - OLD.size WHERE key_id = OLD.key_id;
        DELETE FROM files_of_keys WHERE key_id = OLD.key_id AND bytes = 0;
    END
    """,
)

_CHANGES = (
    "ALTER TABLE messages ADD COLUMN changes TEXT",
    "ALTER TABLE inbox ADD COLUMN changes TEXT",
    "ALTER TABLE inbox ADD COLUMN waits INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX inbox_waiting ON inbox (session_uid) WHERE waits = 1",
)

_RECEIPTS = (
    """
    CREATE TABLE receipts (
        session_uid TEXT NOT NULL, wa_id TEXT NOT NULL, person TEXT NOT NULL, number TEXT, lid TEXT,
        delivered INTEGER, read INTEGER, played INTEGER, noted_at INTEGER NOT NULL,
        PRIMARY KEY (session_uid, wa_id, person)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX receipts_by_age ON receipts (noted_at)",
)

_FETCHES = (
    "ALTER TABLE inbox ADD COLUMN fetches INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX inbox_fetches ON inbox (session_uid, position) WHERE fetches = 1",
)

_CHATS = (
    # What is removed by age goes by position and by id, which hold the time: no send has an index more than before.
    "DROP INDEX IF EXISTS messages_by_age",
    "CREATE INDEX messages_by_chat ON messages (session_uid, recipient, id)",
    "DROP INDEX IF EXISTS inbox_by_age",
    "CREATE INDEX inbox_by_chat ON inbox (session_uid, chat, position)",
    # What was said before a session was paired: in its chat, and never new.
    "ALTER TABLE inbox ADD COLUMN history INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX IF EXISTS inbox_by_position",
    """
    CREATE INDEX inbox_by_position ON inbox (session_uid, (chat = 'status@broadcast'), position) WHERE history = 0
    """,
    "CREATE INDEX inbox_history ON inbox (session_uid, position) WHERE history = 1",
    """
    CREATE TABLE chats (
        session_uid TEXT NOT NULL, chat TEXT NOT NULL, lid TEXT, name TEXT, push_name TEXT, read_upto TEXT,
        removed_upto TEXT, on_phone TEXT, PRIMARY KEY (session_uid, chat)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX chats_by_lid ON chats (session_uid, lid) WHERE lid IS NOT NULL",
)

_WA_IDS = (
    # Written when there is an id of WhatsApp's: as much less for a send as it takes to find it by its chat.
    "DROP INDEX IF EXISTS messages_by_wa_id",
    "CREATE INDEX messages_by_wa_id ON messages (session_uid, wa_id) WHERE wa_id IS NOT NULL",
)

_WEBHOOKS = (
    """
    CREATE TABLE webhooks (
        key_id TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, webhook TEXT NOT NULL,
        PRIMARY KEY (key_id, id)
    ) STRICT, WITHOUT ROWID
    """,
    # How far each subscription is in the log of events.
    """
    CREATE TABLE places (subscription_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, place TEXT NOT NULL)
        STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE replays (
        subscription_id TEXT NOT NULL, id TEXT NOT NULL, replay TEXT NOT NULL, PRIMARY KEY (subscription_id, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Removed by age in the order of their rowids: that of being taken up.
    """
    CREATE TABLE deliveries (
        subscription_id TEXT NOT NULL, event_id TEXT NOT NULL, session_uid TEXT NOT NULL, type TEXT NOT NULL,
        log INTEGER NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL, next_at INTEGER,
        first_at INTEGER NOT NULL, attempts INTEGER NOT NULL, tries TEXT NOT NULL, test INTEGER NOT NULL,
        waited INTEGER NOT NULL, body BLOB, PRIMARY KEY (subscription_id, event_id)
    ) STRICT
    """,
    "CREATE INDEX deliveries_pending ON deliveries (subscription_id, next_at, position) WHERE state = 'pending'",
    "CREATE INDEX deliveries_by_state ON deliveries (subscription_id, state, event_id) WHERE state <> 'delivered'",
)

_KEY_NEWS = (
    "ALTER TABLE api_keys ADD COLUMN warned INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE key_news (
        key_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, event BLOB NOT NULL,
        PRIMARY KEY (key_id, number)
    ) STRICT, WITHOUT ROWID
    """,
)

_FORWARDERS = (
    """
    CREATE TABLE forwarders (
        id TEXT PRIMARY KEY, forwarder TEXT NOT NULL, progress TEXT NOT NULL, epoch INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_JOURNALS_LEFT = (
    "ALTER TABLE leases ADD COLUMN folder TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE leases ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE leases ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0",
)

_KEY_LIMITS = (
    "ALTER TABLE api_keys ADD COLUMN limits TEXT",
    "ALTER TABLE api_keys ADD COLUMN per_minute INTEGER",
    "ALTER TABLE api_keys ADD COLUMN old_secrets TEXT",
    "ALTER TABLE api_keys ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE old_secrets (hash TEXT PRIMARY KEY, key_id TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

_AUDIT = (
    # Removed by age, and beyond a number, in the order in which they came.
    """
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, of TEXT NOT NULL, at INTEGER NOT NULL,
        entry TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX audit_of ON audit (of, id)",
    "CREATE INDEX audit_by_age ON audit (at)",
)

_USAGE = (
    """
    CREATE TABLE usage (
        key_id TEXT NOT NULL, hour INTEGER NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (key_id, hour, what)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX usage_by_age ON usage (hour)",
)

_UNTOLD = (
    # Outcomes of messages that were not told yet (`shared.messages.untold`).
    "ALTER TABLE messages ADD COLUMN untold TEXT",
    "CREATE INDEX messages_untold ON messages (session_uid, untold) WHERE untold IS NOT NULL",
)

_RELEASES = ("ALTER TABLE leases ADD COLUMN release TEXT NOT NULL DEFAULT ''",)

STEPS: tuple[tuple[str, ...], ...] = (
    _FIRST, _LEASES, _QUOTAS, _UNLINKING, _TIMERS, _SENDERS, _FILES, _ABOUT, _CHANGES, _RECEIPTS, _FETCHES,
    _TIMER_OWNERS, _SETTINGS, _CHATS, SEARCH, _HISTORY, _WA_IDS, _WEBHOOKS, _KEY_NEWS, _FORWARDERS, _JOURNALS_LEFT,
    _KEY_LIMITS, _AUDIT, _USAGE, _UNTOLD, _RELEASES,
)  # fmt: skip
"""Statements of each version, from nothing to the newest."""
OLDEST = 2
"""How many of these steps a program has to know to work on the tables as they are after the last one.

It stays as it is while steps only add: columns that may be missing, tables, indexes. Then the version before works
beside this one, and after it. A step that does more raises it, and older programs refuse the file (docs/adr/0019).
"""
