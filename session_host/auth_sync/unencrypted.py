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

from session_host.auth_sync.notes import Note

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
UNENCRYPTED = Note("wagate_unencrypted", (_TABLE,), _TRIGGERS)

NOTED = """
    SELECT 1 FROM wagate_unencrypted
    WHERE secret = ? AND (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND sql IN (?, ?, ?)) = 3
"""
"""Whether the note is of the message with a secret; takes that and TRIGGERS. A note that lacks a trigger says nothing:
the library may have made a table anew."""
TRIGGERS = tuple(_TRIGGERS.values())
