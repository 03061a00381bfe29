"""The list of sessions as a page shows it: those that are asked for, the ones that need a hand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from functions.console.words.marked import _
from functions.console.words.status import Words, words_of
from functions.sessions.schemas import SessionState
from shared.sessions.model import Session

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One session."""

    uid: str
    name: str
    number: str | None
    push_name: str | None
    since: int
    until: int | None
    words: Words
    host: str | None
    """The shard that holds it."""

    @property
    def initials(self) -> str:
        """Two letters instead of a picture."""
        return "".join(letter for letter in self.name if letter.isalnum())[:2]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the list."""

    rows: Sequence[Row]
    total: int
    """Of all sessions of the key."""
    page: int
    pages: int
    show: str
    search: str
    filters: Sequence[tuple[str, str, int]]
    """Name, words, how many."""

    def address(self, page: int) -> str:
        """Of another page of the same."""
        return f"/console/sessions?show={self.show}&q={quote(self.search)}&page={page}"


def row_of(session: Session, state: SessionState) -> Row:
    """A session in words."""
    return Row(
        uid=session.uid,
        name=state.session_id,
        number=state.number,
        push_name=state.push_name,
        since=state.since,
        until=state.until,
        words=words_of(state.status, state.reason),
        host=session.owner,
    )


def shown_of(
    sessions: Sequence[Session], states: Sequence[SessionState], *, show: str, search: str, page: int
) -> Shown:
    """The page that is asked for."""
    every = [row_of(session, state) for session, state in zip(sessions, states, strict=True)]
    found = [row for row in every if _is_meant(row, search)]
    groups = {
        "all": found,
        "asks": [row for row in found if row.words.needs_hand],
        "good": [row for row in found if row.words.tone == "good"],
        "waits": [row for row in found if row.words.tone == "waits"],
        "off": [row for row in found if row.words.tone == "off"],
    }
    words = {"all": _("All"), "asks": _("Need you"), "good": _("Connected"), "waits": _("On the way"), "off": _("Off")}
    show = show if show in groups else "all"
    rows = sorted(groups[show], key=lambda row: (not row.words.needs_hand, row.name.casefold()))
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(1, page), pages)
    return Shown(
        rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(every),
        page=page,
        pages=pages,
        show=show,
        search=search,
        filters=[(name, words[name], len(group)) for name, group in groups.items()],
    )


def _is_meant(row: Row, search: str) -> bool:
    wanted = search.casefold()
    digits = "" if any(map(str.isalpha, search)) else "".join(filter(str.isdigit, search))
    return (
        wanted in row.name.casefold()
        or wanted in (row.push_name or "").casefold()
        or bool(digits and digits in (row.number or ""))
        or (bool(search) and row.host == search)
    )
