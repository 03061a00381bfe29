"""Does anything deliver events to the webhooks that there are?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cli.checks.finding import Finding
from shared.leases.kinds import DELIVERERS

_REMEDY = (
    "It starts by itself within some seconds of the first webhook. If it does not: one session host needs the role "
    "'deliveries' (WAGATE_ROLES); see logs/session-host.log in the data folder."
)


def deliveries(folder: Path) -> Iterator[Finding]:
    """Look at what is kept in SQLite; nothing where nobody wants events."""
    try:
        with closing(sqlite3.connect(f"{(folder / 'wagate.db').resolve().as_uri()}?mode=ro", uri=True)) as rows:
            (webhooks,) = rows.execute("SELECT count(*) FROM webhooks").fetchone()
            (processes,) = rows.execute(
                "SELECT count(*) FROM leases WHERE owner LIKE ? AND dead = 0", (f"{DELIVERERS}#%",)
            ).fetchone()
    except sqlite3.Error:
        return  # it is not there yet, or damaged, which another check says
    if webhooks and processes:
        yield Finding("webhooks", "ok", f"There are {webhooks}, and {processes} process(es) that deliver to them.")
    elif webhooks:
        yield Finding("webhooks", "fail", f"There are {webhooks}, and no process delivers to them.", _REMEDY)
