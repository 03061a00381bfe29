"""Which events a subscription is told of."""

import pytest

from shared.events.telling import PublicEvent
from shared.webhooks.model import Subscription
from shared.webhooks.wanting import wants


def _event(**fields: object) -> PublicEvent:
    values = {
        "id": "evt_1",
        "type": "message.received",
        "session_uid": "ses_1",
        "position": 1,
        "cursor": "c",
        "body": b"{}",
        "chat": "628111@s.whatsapp.net",
        "from_me": False,
    }
    return PublicEvent(**(values | fields))


def _subscription(**fields: object) -> Subscription:
    return Subscription(**({"id": "wh_1", "key_id": "key_1", "created_at": 1} | fields))


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({}, True),
        ({"events": ("message.*",)}, True),
        ({"events": ("message.received",)}, True),
        ({"events": ("call.*", "message.received")}, True),
        ({"events": ("message.receive",)}, False),
        ({"events": ("message.sent", "poll.*")}, False),
        ({"session_uid": "ses_1"}, True),
        ({"session_uid": "ses_2"}, False),
        ({"chats": ("628222@s.whatsapp.net", "628111@s.whatsapp.net")}, True),
        ({"chats": ("628222@s.whatsapp.net",)}, False),
        ({"direction": "in"}, True),
        ({"direction": "out"}, False),
        ({"direction": "in", "events": ("call.*",)}, False),
    ],
)
def test_a_message_is_wanted_by_what_was_chosen(chosen: dict[str, object], *, wanted: bool) -> None:
    """By its type, its session, its chat and its direction: all of them have to fit."""
    assert wants(_subscription(**chosen), _event()) is wanted


def test_what_has_no_chat_and_no_direction_comes_by_its_type() -> None:
    """Chats and directions narrow what has them, and hide nothing else."""
    status = _event(type="session.status", chat=None, from_me=None)
    assert wants(_subscription(chats=("628222@s.whatsapp.net",), direction="out"), status)
    assert not wants(_subscription(events=("message.*",)), status)


def test_what_goes_out_is_told_apart() -> None:
    """Whoever wants what goes out has nothing that comes in."""
    sent = _event(type="message.sent", from_me=True)
    assert wants(_subscription(direction="out"), sent)
    assert not wants(_subscription(direction="in"), sent)
