"""A paired client that never connects, to take the place of one whose codes ran out: so its thread comes to an end.

After a round of codes that nobody scanned the library's thread looks ten times a second whether its client is paired,
for ever, and cannot be told to stop. But it looks its client up by name first, and it stops at once when it finds that
it was told to end and its client is paired. So a removed client's name is given to one that is paired, and whose proxy
is none, with which the library refuses to connect it.
"""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from session_host.whatsapp.library.files import LibraryFiles
from session_host.whatsapp.library.neonize_client import NeonizeClient

_KEYS = {
    "noise_key": 32,
    "identity_key": 32,
    "signed_pre_key": 32,
    "signed_pre_key_sig": 64,
    "adv_key": 32,
    "adv_details": 32,
    "adv_account_sig": 64,
    "adv_account_sig_key": 32,
    "adv_device_sig": 64,
}
"""The columns of a device with keys, and how many bytes each has."""
_OTHERS = {"jid": "0:1@s.whatsapp.net", "registration_id": 1, "signed_pre_key_id": 1}
"""The other columns without a default."""


class StandIn:
    """One per process. It blocks: used on a thread, by who has the gate alone."""

    def __init__(self, files: LibraryFiles) -> None:
        self._files = files
        self._paired: bytes | None = None
        """The database. It is a file for some milliseconds at a time: a process that is killed leaves none behind."""

    def take_the_place_of(self, client: NeonizeClient) -> None:
        """Give a removed client's name to a stand-in; `client.remove()` removes that again."""
        with tempfile.TemporaryDirectory(prefix="wagate-") as folder:
            database = Path(folder) / "paired.db"
            if self._paired is None:
                self._put(client, database)  # makes the tables
                self._paired = _with_a_device(database)
            else:
                database.write_bytes(self._paired)
            self._put(client, database)

    def _put(self, client: NeonizeClient, database: Path) -> None:
        client.stand_in(str(database))
        self._files.close(self._files.of(str(database)))


def _with_a_device(database: Path) -> bytes:
    """Put a device into a database of the library; what is in it then."""
    device = {name: secrets.token_bytes(length) for name, length in _KEYS.items()} | _OTHERS
    names, places = ", ".join(device), ", ".join("?" * len(device))
    insert = f"INSERT INTO whatsmeow_device ({names}) VALUES ({places})"  # noqa: S608 - names of ours
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(insert, list(device.values()))
    return database.read_bytes()
