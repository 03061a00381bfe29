"""What was chosen for a session, as JSON that several versions read and write."""

from __future__ import annotations

import json

import pytest

from shared.sessions.chosen import AS_AT_FIRST, choices_of, merged


@pytest.mark.parametrize(
    ("kind", "chat"), [("groups", "120363@g.us"), ("status", "status@broadcast"), ("newsletters", "120363@newsletter")]
)
def test_each_kind_of_chat_is_ignored_by_itself(kind: str, chat: str) -> None:
    """And people never are."""
    ignore = choices_of(merged(None, {"ignore": {kind: True}})).ignore
    assert ignore.has(chat)
    assert not AS_AT_FIRST.ignore.has(chat)
    chats = ["120363@g.us", "status@broadcast", "120363@newsletter", "628111111111@s.whatsapp.net", "1234567@lid"]
    assert [other for other in chats if ignore.has(other)] == [chat]


def test_what_is_not_given_stays() -> None:
    """What another version has chosen too, which this one does not know."""
    before = json.dumps({"ignore": {"groups": True, "jokes": True}, "proxy": {"url": "x"}})
    after = json.loads(merged(before, {"ignore": {"groups": False, "status": True}}))
    assert after == {"ignore": {"groups": False, "jokes": True, "status": True}, "proxy": {"url": "x"}}
    assert json.loads(merged(before, {})) == json.loads(before)


def test_null_is_what_was_so_at_first() -> None:
    """Of one setting, of all about one thing, and of what was never chosen (RFC 7396)."""
    before = merged(None, {"ignore": {"groups": True, "status": True}})
    assert choices_of(merged(before, {"ignore": {"groups": None}})).ignore == AS_AT_FIRST.ignore.model_copy(
        update={"status": True}
    )
    assert json.loads(merged(before, {"ignore": None, "proxy": None})) == {}


def test_what_cannot_be_read_is_as_at_first() -> None:
    """A newer version may have chosen something else than this one knows; the rest is read."""
    said = json.dumps({"ignore": {"groups": ["some"]}, "jokes": True})
    assert choices_of(said) == AS_AT_FIRST
