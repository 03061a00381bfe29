"""What every contact of a process shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sandbox.contacts.gate import Gate
from sandbox.contacts.mailbox import Mailbox
from sandbox.contacts.phone import Phones
from sandbox.contacts.turns import Turns

# neonize puts its name into `file:{name}?_foreign_keys=on`: a name can ask for WAL this way, with which
# a pairing takes 0.18 s, not 0.65. What neonize appends becomes the value of `_x`.
_SQLITE: Final = "_foreign_keys=on&_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=10000&_txlock=immediate&_x="


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The folder, the mailbox, the gate into Go, the phones, the turns, and the sandbox's proxy URL."""

    data: Path
    proxy: str
    mailbox: Mailbox
    gate: Gate
    phones: Phones
    turns: Turns

    def folder(self, number: str) -> Path:
        """Return the folder of a contact's own files."""
        return self.data / number

    def database(self, number: str) -> str:
        """Return the name of a neonize client that keeps its auth database in the contact's folder."""
        return f"{quote(str(self.folder(number) / 'auth.db'))}?{_SQLITE}"
