"""docs/routes-tested.md says which test shows each route at work, and with which client on the other side.

A test that has a route go all the way, to a WhatsApp and to somebody else who sees what came of it, carries
`@pytest.mark.covers("POST /api/group/create", "event group_joined", client="neonize")`. When the table is not what they
say it is written anew, and the test fails once.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from litestar import HttpMethod

from functions.families import every_family
from functions.messages.kinds import KINDS
from functions.reference.openapi import readable
from functions.unsupported import LACKS
from shared.contracts import key_events, own_events, webhook_events
from shared.contracts.events import AnyEvent
from tests.docs.marked import ROOT, link, marked, rewritten

PAGE = ROOT / "docs" / "routes-tested.md"
BEGIN, END = "<!-- made by tests/docs/test_routes_page.py -->\n", "<!-- end -->\n"
CLIENTS = ("neonize", "Baileys")
ALONE = {
    "admin",
    "audit",
    "console",
    "events",
    "forwarders",
    "health",
    "hosts",
    "key",
    "links",
    "metrics",
    "reference",
    "usage",
    "webhooks",
}
"""Families that have nothing to do with WhatsApp: nobody is on the other side."""
NOT_OF_WHATSAPP = {module.__name__ for module in (own_events, key_events, webhook_events)}
"""Whose events likewise."""


def covers() -> dict[str, dict[str, str]]:
    """The test that shows a route or an event, by its name and by client; of a send, the one that shows its kind."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for shown, named, test in marked("covers"):
        for each in shown:
            found[each].setdefault(named["client"], test)
    for (direction, client, *kinds), _, test in marked("proves"):
        for kind in KINDS if direction == "out" else ():
            if kind.content.model_fields["type"].default in kinds:
                for handler in kind.routes():
                    found[f"POST {readable(next(iter(handler.paths)))}"].setdefault(client, test)
    return found


def routes(families: set[str] | None = None) -> Iterator[str]:
    """Every route that may be at work; `families`: only of these."""
    for family in every_family():
        for handler in family.routes if families is None or family.name in families else ():
            if LACKS not in handler.opt:
                (method,) = handler.http_methods - {HttpMethod.HEAD}
                yield from (f"{method} {readable(path)}" for path in handler.paths)


def events() -> set[str]:
    """Every event that WhatsApp is the cause of, as the table calls it."""
    union: tuple[Any, ...] = get_args(get_args(AnyEvent)[0])
    return {f"event {each.model_fields['kind'].default}" for each in union if each.__module__ not in NOT_OF_WHATSAPP}


def table() -> str:
    """A row for each route and event that is shown."""
    rows = [
        f"| `{shown}` | {' | '.join(link(tests.get(client)) for client in CLIENTS)} |\n"
        for shown, tests in sorted(covers().items())
    ]
    return "| route or event | neonize | Baileys |\n|---|---|---|\n" + "".join(rows)


def test_the_table_is_what_the_tests_say() -> None:
    """Else it is written anew, to be committed."""
    new = rewritten(PAGE.read_text(encoding="utf-8"), BEGIN, END, table())
    if new is not None:
        PAGE.write_text(new, encoding="utf-8")
        pytest.fail("the table in docs/routes-tested.md was made anew: commit it")


def test_what_is_shown_is_there() -> None:
    """A test names no route and no event that the gateway has not."""
    assert set(covers()) - set(routes()) - events() == set()


def test_every_route_and_every_event_is_shown() -> None:
    """With a client of either library at least; but for what says that it cannot be done, and has no other side."""
    wanted = set(routes({family.name for family in every_family()} - ALONE)) | events()
    assert wanted - set(covers()) == set()
