"""Every page of the console."""

from __future__ import annotations

from functions.console.pages import (
    chats,
    customer,
    events,
    files,
    hosts,
    keys,
    live,
    login,
    messages,
    palette,
    playground,
    sandbox,
    scanning,
    session,
    sessions,
    webhooks,
)
from functions.families import Family

_EVERY = (
    *(chats, customer, events, files, hosts, keys, live, login, messages, palette, playground),
    *(sandbox, scanning, session, sessions, webhooks),
)
FAMILY = Family("console", tuple(page for family in _EVERY for page in family.PAGES))
