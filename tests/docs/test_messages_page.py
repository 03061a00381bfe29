"""docs/messages.md says which test sends each kind of message, and to which client: the tests themselves say it.

A test that has a kind go all the way carries `@pytest.mark.proves(direction, client, *kinds)`. When the table is not
what they say it is written anew, and the test fails once.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from shared.contracts.contents import CONTENTS
from shared.contracts.shown import TYPES
from tests.docs.marked import ROOT, link, marked, rewritten

PAGE = ROOT / "docs" / "messages.md"
BEGIN, END = "<!-- made by tests/docs/test_messages_page.py -->\n", "<!-- end -->\n"
CLIENTS = ("neonize", "Baileys")


def proofs() -> Iterator[tuple[str, str, str, str]]:
    """Kind, direction, client, and the test that shows it."""
    for (direction, client, *kinds), _, test in marked("proves"):
        for kind in kinds:
            yield kind, direction, client, test


def table() -> str:
    """A row for each kind and direction."""
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for kind, direction, client, test in proofs():
        found[kind, direction][client] = test
    rows = [
        f"| `{kind}` | {direction} | {' | '.join(link(tests.get(client)) for client in CLIENTS)} |\n"
        for (kind, direction), tests in sorted(found.items())
    ]
    return "| kind | | neonize | Baileys |\n|---|---|---|---|\n" + "".join(rows)


def test_the_table_is_what_the_tests_say() -> None:
    """Else it is written anew, to be committed."""
    new = rewritten(PAGE.read_text(encoding="utf-8"), BEGIN, END, table())
    if new is not None:
        PAGE.write_text(new, encoding="utf-8")
        pytest.fail("the table in docs/messages.md was made anew: commit it")


def test_every_kind_that_can_be_sent_is_shown_to_arrive() -> None:
    """With a client of either library at least."""
    shown = {kind for kind, direction, client, _ in proofs() if direction == "out" and client in CLIENTS}
    assert set(CONTENTS) - shown == set()


def test_every_kind_that_may_arrive_is_shown_to_arrive() -> None:
    """From a client of either library; calls are no messages, and what nobody knows has no test."""
    shown = {kind for kind, direction, client, _ in proofs() if direction == "in" and client in CLIENTS}
    assert set(TYPES) - shown == {"call", "unknown"}
