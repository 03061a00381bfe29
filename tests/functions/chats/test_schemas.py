"""Messages that were sent from here, in the shape of those that arrive."""

from __future__ import annotations

import pytest

from functions.chats.schemas import said
from shared.contracts.contents import CONTENTS
from shared.messages.changes import Change
from shared.messages.model import MessageState
from shared.sessions.model import Desired, Session, SessionReport, SessionStatus
from tests.contents import example
from tests.shared.adapters.contracts.samples import a_message

SESSION = Session(
    uid="ses_1", key_id="key_1", name="default", created_at=1, desired=Desired.RUNNING, owner=None, epoch=0,
    report=SessionReport(status=SessionStatus.CONNECTED, since=1, number="628", lid="9@lid"),
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(CONTENTS))
def test_every_kind_that_is_sent_is_shown(kind: str) -> None:
    """As its row has it, with its type, its side and where it is."""
    content = example(CONTENTS[kind])
    message = a_message(content=content.model_dump(mode="json"), state=MessageState.QUEUED)
    shown = said(message, SESSION).model_dump(by_alias=True)
    assert (shown["id"], shown["type"], shown["fromMe"], shown["from"]) == (message.id, content.type, True, "628")
    assert shown["sent"] == {"id": message.id, "status": MessageState.QUEUED}
    for name in ("text", "caption", "question"):
        assert getattr(content, name, None) in {None, shown.get("message")}


def test_what_was_said_about_it_since_counts() -> None:
    """Its text after an edit, reactions, and nothing of one that was deleted."""
    message = a_message(wa_id="3EB0", times={MessageState.SENT: 5_000})

    def change(kind: str, **says: str) -> Change:
        return Change("ses_1", message.to, "3EB0", from_me=True, kind=kind, id="3EB1", at=9, arrived_at=9, says=says)

    edited = message.changed_by(change("edit", message="other")).changed_by(change("reaction", emoji="x"))
    shown = said(edited, SESSION).model_dump(by_alias=True)
    assert (shown["id"], shown["timestamp"], shown["message"], shown["edited"]) == ("3EB0", 5, "other", True)
    assert [each["emoji"] for each in shown["reactions"]] == ["x"]
    deleted = said(edited.changed_by(change("delete")), SESSION).model_dump(by_alias=True)
    assert (deleted["deleted"], deleted["message"], "reactions" in deleted) == (True, None, False)
