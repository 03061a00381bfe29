"""Every page of the console."""

from __future__ import annotations

from functions.console.pages import (
    audit,
    chats,
    customer,
    events,
    faults,
    files,
    hosts,
    key,
    keys,
    live,
    login,
    messages,
    palette,
    pictures,
    playground,
    sandbox,
    scanning,
    session,
    session_settings,
    sessions,
    usage,
    webhooks,
)
from functions.families import Family

_EVERY = (
    *(audit, chats, customer, events, faults, files, hosts, key, keys, live, login, messages, palette),
    *(pictures, playground, sandbox, scanning, session, session_settings, sessions, usage, webhooks),
)
FAMILY = Family("console", tuple(page for family in _EVERY for page in family.PAGES))
