"""Cursors: what one says, for whom, and when what follows it is no longer all there."""

import pytest

from shared.errors import CursorInvalid, EventsGone
from shared.events.cursor import Cursor, checked, newest, oldest, parsed, written
from shared.events.model import LogState

DAY = 86_400_000
NOW = 1_795_953_600_000
LOG = LogState(made_at=NOW - 30 * DAY, last=500, first=100, max_age=7 * 86_400.0)
KEY = "key_01"


def at(position: int, seen: int) -> Cursor:
    return Cursor(LOG.made_at, position, seen)


def test_a_cursor_is_read_as_it_was_written() -> None:
    """To the second: `at` is rounded down, so that it claims no more than is true."""
    assert parsed(written(at(123, NOW + 999), KEY), KEY) == at(123, NOW)


@pytest.mark.parametrize("text", ["", "x", "0" * 28, "é" * 28, "A" * 64])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """By its code."""
    with pytest.raises(CursorInvalid):
        parsed(text, KEY)


def test_a_cursor_of_another_key_is_refused() -> None:
    """It is good for the key that it was made for."""
    with pytest.raises(CursorInvalid):
        parsed(written(at(123, NOW), KEY), "key_02")


@pytest.mark.parametrize(
    ("cursor", "why"),
    [
        (at(99, NOW - 8 * DAY), "nothing was dropped behind it"),
        (at(10, NOW - 6 * DAY), "what was dropped behind it was dropped with its session"),
        (at(500, NOW), "it is up to date"),
        (Cursor(0, 0, NOW - DAY), "there was no log yet when it was given"),
        (oldest(LOG, NOW), "it is the oldest"),
        (newest(LOG, NOW), "it is the newest"),
    ],
)
def test_a_cursor_is_good(cursor: Cursor, why: str) -> None:
    """While everything that follows it is there."""
    checked(cursor, LOG, KEY, NOW)
    assert why


@pytest.mark.parametrize(
    ("cursor", "words"),
    [
        (at(98, NOW - 8 * DAY), "no longer has all"),
        (at(501, NOW), "an earlier state"),
        (Cursor(LOG.made_at + 1, 200, NOW), "made anew"),
        (Cursor(0, 0, NOW - 8 * DAY), "no longer has all"),
    ],
)
def test_who_has_missed_something_is_told_where_to_go_on(cursor: Cursor, words: str) -> None:
    """With a cursor that is good for a minute, however fast the log drops its oldest events."""
    with pytest.raises(EventsGone, match=words) as gone:
        checked(cursor, LOG, KEY, NOW)
    again = parsed(gone.value.details["next"], KEY)
    assert again.position == 99
    checked(again, LogState(LOG.made_at, 700, 300, LOG.max_age), KEY, NOW + 50_000)
