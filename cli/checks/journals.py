"""Did a host go for good, with events that nobody has published?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from cli.checks.finding import Finding

_LEFT = "SELECT host, sum(waiting), min(left_at) FROM leases WHERE left_at > 0 GROUP BY host ORDER BY host"
_REMEDY = (
    "Start it again, or mount its folder (WAGATE_HOST_DIR) under the same path on another host: then "
    "what is in its journals is published. If that is gone, 'wagate hosts forget {host}' says so."
)


def journals(folder: Path) -> Iterator[Finding]:
    """Look at what is kept in SQLite; nothing where no journal is out of reach."""
    try:
        with closing(sqlite3.connect(f"{(folder / 'wagate.db').resolve().as_uri()}?mode=ro", uri=True)) as rows:
            left = rows.execute(_LEFT).fetchall()
    except sqlite3.Error:
        return  # it is not there yet, or damaged, which another check says
    for host, waiting, since in left:
        when = datetime.fromtimestamp(since / 1000).astimezone().isoformat(" ", "minutes")
        words = f"{host} is gone since {when}. {waiting} event(s) waited in its journals when it was last heard of."
        yield Finding("journals", "warn", words, _REMEDY.format(host=host))
