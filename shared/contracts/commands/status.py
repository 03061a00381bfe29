"""Status posts: whom they go to."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Question, Reply


class AudienceReply(Reply):
    """Whom the session's status posts go to."""

    who: Literal["contacts", "only", "contacts_except"]
    people: int
    """How many."""


class ReadAudience(Question[AudienceReply]):
    """Ask whom the session's status posts go to: the library chooses them, by this."""

    kind: Literal["read_audience"] = "read_audience"
