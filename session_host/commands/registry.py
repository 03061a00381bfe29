"""Every handler: the modules that have some."""

from __future__ import annotations

from session_host.commands import contacts, handling, messages, pairing, sessions, transfer

FAMILIES = (contacts, messages, pairing, sessions, transfer)
HANDLERS = handling.HANDLERS
