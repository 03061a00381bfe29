"""What was chosen for a session, as JSON that several versions read and write."""

from __future__ import annotations

import json

import pytest

from shared.sessions.chosen import Ignore, merged


@pytest.mark.parametrize(
    ("kind", "chat"), [("groups", "120363@g.us"), ("status", "status@broadcast"), ("newsletters", "120363@newsletter")]
)
def test_each_kind_of_chat_is_ignored_by_itself(kind: str, chat: str) -> None:
    """And people never are."""
    ignore = Ignore.of(merged(None, {"ignore": {kind: True}}))
    assert ignore.has(chat)
    assert not Ignore.of(None).has(chat)
    chats = ["120363@g.us", "status@broadcast", "120363@newsletter", "628111111111@s.whatsapp.net", "1234567@lid"]
    assert [other for other in chats if ignore.has(other)] == [chat]


def test_what_is_not_given_stays() -> None:
    """What another version has chosen too, which this one does not know."""
    before = json.dumps({"ignore": {"groups": True, "jokes": True}, "proxy": {"url": "x"}})
    after = json.loads(merged(before, {"ignore": {"groups": False, "status": True}}))
    assert after == {"ignore": {"groups": False, "jokes": True, "status": True}, "proxy": {"url": "x"}}
    assert json.loads(merged(before, {})) == json.loads(before)
