"""The catalogue: every event of the log is told or is nothing for tenants, in the one outer form."""

import re
from typing import Any, get_args

import orjson
import pytest

from functions import events_page
from shared.contracts.events import EVENT, AnyEvent, MessageReceived, SessionChanged, Target
from shared.contracts.group_events import GroupJoined
from shared.contracts.shown import Reaction, Shown
from shared.events import declaring
from shared.events.declaring import catalogue, told
from shared.events.model import LoggedEvent
from shared.events.telling import PublicEvent, public, types_of
from tests.docs.marked import ROOT

KINDS: tuple[Any, ...] = get_args(get_args(AnyEvent)[0])
AT = 1_795_953_600_123


def message(**changes: Any) -> MessageReceived:
    fields: dict[str, Any] = {
        "at": AT, "id": "3EB0", "chat": "628@s.whatsapp.net", "from_number": "628", "from_lid": None,
        "from_me": False, "timestamp": 1_795_953_600, "type": "text", "content": Shown(message="hello"),
    }  # fmt: skip
    return MessageReceived(**(fields | changes))


def seen(event: Any, name: str = "journal-1") -> PublicEvent | None:
    logged = LoggedEvent(7, name, "ses_a", event.kind, event.model_dump_json().encode(), AT)
    return public(logged, "default", {"customer": 17}, "a-cursor")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_of_the_log_is_told_or_is_nothing(kind: Any) -> None:
    """Who adds an event to the journal says what it is for tenants (`shared.events.declaring.tells`)."""
    catalogue()
    assert kind in declaring._TELLS


def test_an_event_says_where_it_happened_beside_its_json() -> None:
    """The chat or the group, and of a message whether it goes out: who is told of events chooses by them."""
    found = [seen(message(from_me=True)), seen(GroupJoined(at=AT, group="1@g.us", subject="", size=2))]
    assert [(event.chat, event.from_me) for event in found if event] == [("628@s.whatsapp.net", True), ("1@g.us", None)]


def test_an_event_has_the_outer_form_of_the_docs() -> None:
    """docs/http-api.md: names, times, and a message in the one shape; nothing is null."""
    found = seen(message(push_name="Budi"))
    assert found is not None
    assert orjson.loads(found.body) == {
        "id": found.id,
        "type": "message.received",
        "timestamp": "2026-11-29T12:00:00.123Z",
        "sessionId": "default",
        "data": {
            "id": "3EB0", "from": "628", "fromMe": False, "chat": "628@s.whatsapp.net", "timestamp": 1_795_953_600,
            "pushName": "Budi", "type": "text", "message": "hello",
        },
        "metadata": {"customer": 17},
        "cursor": "a-cursor",
        "version": 1,
    }  # fmt: skip


def test_an_id_is_always_the_same_and_nobody_elses() -> None:
    """It follows from the event's name in the log, and sorts by time."""
    first, again, other = seen(message()), seen(message()), seen(message(), "journal-2")
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.id == again.id != other.id
    later = seen(message(at=AT + 1), "journal-0")
    assert later is not None
    assert later.id > max(first.id, other.id)
    assert len(first.id) == len("evt_") + 26


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (message(), "message.received"),
        (message(from_me=True), "message.sent"),
        (message(type="edit", target=Target(id="3EB1", from_me=False)), "message.edited"),
        (message(type="revoke", target=Target(id="3EB1", from_me=False)), "message.revoked"),
        (message(type="vote", from_me=True), "poll.vote"),
        (message(type="reaction", content=Shown(reaction=Reaction(message_id="3EB1", emoji="x"))), "message.reaction"),
        (SessionChanged(at=1, epoch=1, status="connected", since=1), "session.status"),
        (SessionChanged(at=1, epoch=1, status="qr_ready", since=1), "session.qr"),
        (SessionChanged(at=1, epoch=1, status="failed", reason="temporary_ban", since=1), "session.restriction"),
    ],
)
def test_an_event_is_called_by_what_it_means(event: Any, kind: str) -> None:
    """For whoever has the number; an edit and a revoke name their message."""
    what = told(event)
    assert what is not None
    assert what.type == kind
    if kind in {"message.edited", "message.revoked"}:
        assert orjson.loads(what.data.model_dump_json())["messageId"] == "3EB1"


def test_what_only_a_newer_version_knows_is_not_left_out() -> None:
    """A host may be newer than who reads."""
    logged = LoggedEvent(7, "journal-1", "ses_a", "something_new", b'{"kind":"something_new","at":1}', AT)
    found = public(logged, "default", {}, "a-cursor")
    assert found is not None
    assert (found.type, orjson.loads(found.body)["data"]) == ("unknown", {"kind": "something_new"})


def test_types_are_named_alone_by_family_or_all() -> None:
    """What means none is refused."""
    assert types_of(["presence"]) == {"presence"}
    assert types_of(["session.*", "call.rang"]) == {"session.status", "session.qr", "session.restriction", "call.rang"}
    assert types_of(["*"]) == catalogue().keys()
    for wrong in ("", "message", "message.", "mess*", "nothing.*", ".*"):
        with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
            types_of([wrong])


def test_the_page_of_events_is_what_the_catalogue_says() -> None:
    """Else `make generated` makes it anew."""
    assert (ROOT / "docs" / "events.md").read_text("utf-8") == events_page.page()


def test_the_log_may_hold_what_is_declared_now() -> None:
    """What is in the log is read by every later version: the names of its events do not change."""
    names = {kind.model_fields["kind"].default for kind in KINDS}
    assert {"message_received", "receipt_received", "session_changed", "group_changed"} <= names
    assert EVENT.validate_json(message().model_dump_json()) == message()
