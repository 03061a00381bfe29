"""The disappearing timer of a chat, as messages tell it."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.content.timers import said
from session_host.whatsapp.library.neonize_client import E2eMessage
from session_host.whatsapp.to_whatsapp import serialise
from shared.contracts.content.text import Text
from shared.messages.model import ChatTimer

SENT_AT = 1_800_000_000
SET_AT = 1_790_000_000


def message(body: dict[str, Any]) -> Any:
    return ParseDict(body, E2eMessage())


def setting(seconds: int, set_at: int = SET_AT) -> dict[str, Any]:
    protocol = {"type": "EPHEMERAL_SETTING", "ephemeralExpiration": seconds, "ephemeralSettingTimestamp": set_at}
    return {"protocolMessage": protocol}


def with_info(**info: int) -> dict[str, Any]:
    return {"imageMessage": {"caption": "x", "contextInfo": info}}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (setting(86_400), (86_400, SET_AT)),
        (setting(0), (0, SET_AT)),
        (setting(604_800, 0), (604_800, SENT_AT)),
        (setting(604_800, SENT_AT + 99), (604_800, SENT_AT)),  # nobody's clock counts that is ahead of the message
        (with_info(expiration=7_776_000, ephemeralSettingTimestamp=SET_AT), (7_776_000, SET_AT)),
        (with_info(expiration=86_400), (86_400, SENT_AT)),
        ({"ephemeralMessage": {"message": with_info(expiration=86_400)}}, (86_400, SENT_AT)),
        ({"deviceSentMessage": {"message": setting(86_400)}}, (86_400, SET_AT)),
        (with_info(forwardingScore=1), None),
        (with_info(expiration=4_000_000_000), None),
        (setting(4_000_000_000), None),
        ({"conversation": "x"}, None),
        ({"protocolMessage": {"type": "REVOKE", "key": {"ID": "3EB0"}}}, None),
        ({"messageContextInfo": {"messageSecret": "AAAA"}}, None),
    ],
)
def test_a_message_tells_its_chats_timer(body: dict[str, Any], told: tuple[int, int] | None) -> None:
    """By the setting itself, and by every message that has one; what has none says nothing."""
    assert said(message(body), SENT_AT) == told


def test_what_is_sent_tells_it_too() -> None:
    """The text, the timer and when it was set; without one the text goes as it always did."""
    timer = ChatTimer("ses_1", "628999", "628111@s.whatsapp.net", 86_400, SET_AT)
    sent = E2eMessage.FromString(serialise(Text(text="hello"), b"s" * 32, Beside(timer=timer)))
    assert sent.extendedTextMessage.text == "hello"
    assert sent.messageContextInfo.messageSecret == b"s" * 32
    assert said(sent, SENT_AT) == (86_400, SET_AT)
    plain = E2eMessage.FromString(serialise(Text(text="hello"), b"s" * 32))
    assert [field.name for field, _ in plain.ListFields()] == ["conversation", "messageContextInfo"]
    assert plain.conversation == "hello"


def test_wrappers_without_end_are_given_up() -> None:
    """As many as anybody nests, and no more."""
    body = with_info(expiration=86_400)
    for _ in range(30):
        body = {"ephemeralMessage": {"message": body}}
    assert said(message(body), SENT_AT) is None
