"""docs/doctor.md says what is found in which broken set-up: the tests that break them say it.

Each of them carries `@pytest.mark.broken(what, check, says, remedy)`. When the table is not what they say it is written
anew, and the test fails once.
"""

import pytest

from tests.docs.marked import ROOT, link, marked, rewritten

PAGE = ROOT / "docs" / "doctor.md"
BEGIN, END = "<!-- made by tests/docs/test_doctor_page.py -->\n", "<!-- end -->\n"
_TOLD = 15
"""Broken set-ups that end with exit code 1, at least."""


def rows() -> list[tuple[str, str, str, str]]:
    """What is broken, its state, and its row."""
    found = []
    for (what, check, says, remedy), names, test in marked("broken"):
        state = names.get("state", "fail")
        if state != "ok":
            said = f"… {says.strip(' :')} …" if says else "why it cannot be used"
            to_do = f"… {remedy} …" if remedy else "-"
            row = f"| {what} | `{state}` `{check}` | {said} | {to_do} | {link(test)} |\n"
            found.append((state, check, what, row))
    return sorted(found)


def table() -> str:
    """A row for each; what matters first."""
    return "| what is broken | line | it says | and to do | test |\n|---|---|---|---|---|\n" + "".join(
        row for *_, row in rows()
    )


def test_the_table_is_what_the_tests_say() -> None:
    """Else it is written anew, to be committed."""
    new = rewritten(PAGE.read_text(encoding="utf-8"), BEGIN, END, table())
    if new is not None:
        PAGE.write_text(new, encoding="utf-8")
        pytest.fail("the table in docs/doctor.md was made anew: commit it")


def test_enough_is_found() -> None:
    """Broken set-ups that people meet, each by a test that really breaks one."""
    assert sum(state == "fail" for state, *_ in rows()) >= _TOLD
