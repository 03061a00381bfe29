"""Can the secrets that the gateway keeps be decrypted?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from cli.checks.finding import Finding
from shared.sealing.keys import keys_of
from shared.sealing.sealer import key_ids_in

_SEALED = (("sessions", "settings"), ("webhooks", "webhook"), ("forwarders", "forwarder"))
"""Tables and columns that hold sealed texts."""


def sealed(folder: Path, setting: str | None) -> Iterator[Finding]:
    """Look at what is kept in SQLite, and at the keys that are there; none is made."""
    needed = _needed(folder / "wagate.db")
    file = folder / "secrets.key"
    remedy = (
        f"Restore it from a backup: write it after the key in {file.name} or in WAGATE_SECRETS_KEY, separated by a "
        "comma, and restart. If it is lost for good, set those secrets again."
    )
    try:
        there = {key.id for key in keys_of(setting, file if file.exists() else None)}
    except (ValueError, OSError) as error:
        lost = "Restore it from a backup. If it is lost for good, move the file away: the gateway makes a new one."
        yield Finding("secrets.key", "fail", f"{file} cannot be used: {error}.", lost)
        return
    for gone in sorted(needed - there):
        text = f"The key '{gone}' is not there, and secrets that were given to the gateway need it."
        yield Finding("secrets.key", "warn", text, remedy)


def _needed(database: Path) -> set[str]:
    found: set[str] = set()
    for table, column in _SEALED:
        query = f"SELECT {column} FROM {table} WHERE {column} LIKE '%sealed.1.%'"  # noqa: S608 - names of ours
        with (
            suppress(sqlite3.Error),  # it is not there yet, of an older version, or damaged, which another check says
            closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as rows,
        ):
            for (text,) in rows.execute(query):
                found |= key_ids_in(text)
    return found
