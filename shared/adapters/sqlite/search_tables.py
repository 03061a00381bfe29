"""The tables of the search: what of `tables` is about finding words."""

from __future__ import annotations

SEARCH = (
    # A session is here from its first search on. Rows from these places on may not be in the index.
    """
    CREATE TABLE searches (
        number INTEGER PRIMARY KEY AUTOINCREMENT, session_uid TEXT NOT NULL UNIQUE, position TEXT NOT NULL,
        message_id TEXT NOT NULL
    ) STRICT
    """,
    # sent_by: 0 others, 1 the phone, 2 this gateway. doc begins with the time.
    """
    CREATE TABLE searched (
        session_uid TEXT NOT NULL, chat TEXT NOT NULL, id TEXT NOT NULL, sent_by INTEGER NOT NULL,
        doc INTEGER NOT NULL UNIQUE, PRIMARY KEY (session_uid, chat, id, sent_by)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5
        (words, columnsize = 0, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co So'")
    """,
    """
    CREATE TRIGGER searched_removed AFTER DELETE ON searched BEGIN
        DELETE FROM search WHERE rowid = OLD.doc;
    END
    """,
    """
    CREATE TRIGGER inbox_removed AFTER DELETE ON inbox BEGIN
        DELETE FROM searched WHERE session_uid = OLD.session_uid AND chat = OLD.chat AND id = OLD.id
            AND sent_by = OLD.from_me;
    END
    """,
    """
    CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
        DELETE FROM searched WHERE session_uid = OLD.session_uid AND chat = OLD.recipient AND id = OLD.id
            AND sent_by = 2;
    END
    """,
    """
    CREATE TRIGGER message_readdressed AFTER UPDATE OF recipient ON messages
        WHEN OLD.recipient <> NEW.recipient
    BEGIN
        UPDATE searched SET chat = NEW.recipient WHERE session_uid = OLD.session_uid AND chat = OLD.recipient
            AND id = OLD.id AND sent_by = 2;
    END
    """,
)
