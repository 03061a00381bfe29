"""Does anything deliver events to the webhooks that there are?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cli.checks.finding import Finding
from cli.inbox.shown import one_line
from cli.program.output import local_time
from shared.leases.kinds import DELIVERERS
from shared.webhooks.written import place_of, tries_of, webhook_of

_REMEDY = (
    "It starts by itself within some seconds of the first webhook. If it does not: one session host needs the role "
    "'deliveries' (WAGATE_ROLES); see logs/session-host.log in the data folder."
)


_TROUBLED = """
    SELECT webhook, version, place, epoch, (
        SELECT tries FROM deliveries WHERE subscription_id = webhooks.id AND state = 'pending'
        ORDER BY next_at DESC LIMIT 1
    ) FROM webhooks LEFT JOIN places ON subscription_id = webhooks.id ORDER BY webhooks.id
"""
_DISABLED = {"gone": "its address answered that it is gone for good (410)", "failing": "it accepted nothing for days"}
"""Why the gateway disables a webhook by itself."""
_GUARD = "WAGATE_URL_ALLOW"
"""Is in what `shared.outside.posting` says of an address that nothing may be sent to."""
_SHOWN = 5
"""Webhooks that are named one by one."""


def deliveries(folder: Path) -> Iterator[Finding]:
    """Look at what is kept in SQLite; nothing where nobody wants events."""
    try:
        with closing(sqlite3.connect(f"{(folder / 'wagate.db').resolve().as_uri()}?mode=ro", uri=True)) as rows:
            (webhooks,) = rows.execute("SELECT count(*) FROM webhooks").fetchone()
            (processes,) = rows.execute(
                "SELECT count(*) FROM leases WHERE owner LIKE ? AND dead = 0", (f"{DELIVERERS}#%",)
            ).fetchone()
            troubled = [finding for row in rows.execute(_TROUBLED) if (finding := _trouble(*row)) is not None]
    except sqlite3.Error:
        return  # it is not there yet, or damaged, which another check says
    if webhooks and processes:
        yield Finding("webhooks", "ok", f"There are {webhooks}, and {processes} process(es) that deliver to them.")
    elif webhooks:
        yield Finding("webhooks", "fail", f"There are {webhooks}, and no process delivers to them.", _REMEDY)
    yield from troubled[:_SHOWN]
    if (more := len(troubled) - _SHOWN) > 0:
        yield Finding(
            "webhooks", "warn", f"{more} more are in trouble.", "'wagate webhooks list' shows those of a key."
        )


def _trouble(text: str, version: int, place: str | None, epoch: int | None, tries: str | None) -> Finding | None:
    """What keeps events from one webhook; None when nothing does, or when its owner wants it so."""
    webhook = webhook_of(text, version)
    if webhook.disabled is not None:
        if (why := _DISABLED.get(webhook.disabled.reason)) is None:
            return None
        text = f"{webhook.id} has been disabled since {local_time(webhook.disabled.at)}: {why}."
        return Finding(
            "webhooks", "warn", text, f"When its address answers again, run 'wagate webhooks enable {webhook.id}'."
        )
    since = None if place is None or epoch is None else place_of(place, epoch).failing_since
    attempts = tries_of(tries) if tries else ()
    if since is None or not attempts:
        return None
    answer = f"{attempts[-1].status or ''} {one_line(attempts[-1].answer)}".strip()
    text = f"{webhook.id} has accepted no event since {local_time(since)}: {answer}"
    if _GUARD in answer:
        allow = (
            "If the gateway may reach it, start the gateway with WAGATE_URL_ALLOW=ITS-HOST. Nothing is lost until then."
        )
        return Finding("webhooks", "fail", text, allow)
    return Finding(
        "webhooks",
        "warn",
        text,
        f"The gateway tries it again by itself. 'wagate webhooks test {webhook.id}' tries now.",
    )
