"""Every page of the console."""

from __future__ import annotations

from functions.console.pages import files, live, login, sandbox, scanning, session, sessions
from functions.families import Family

FAMILY = Family(
    "console",
    tuple(page for family in (files, live, login, sandbox, scanning, session, sessions) for page in family.PAGES),
)
