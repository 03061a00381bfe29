"""Rows to put into a store, with only what a test cares about to say."""

from typing import Any

from shared.ids import (
    event_id,
    hash_api_key,
    new_api_key,
    new_file_id,
    new_key_id,
    new_message_id,
    new_webhook_id,
    now_ms,
)
from shared.media.model import StoredFile
from shared.messages.changes import Change, Kind
from shared.messages.model import Idempotency, OutboundMessage
from shared.messages.received import InboundMessage
from shared.tenants.model import ApiKey
from shared.webhooks.model import Delivery, DeliveryState, Secret, Webhook

DAY = 86_400_000
_ARRIVALS_FROM = now_ms() - DAY


def a_key(**fields: Any) -> ApiKey:
    values = {
        "id": new_key_id(),
        "name": "shop",
        "prefix": "wa_abcd",
        "hash": hash_api_key(new_api_key()),
        "created_at": now_ms(),
    }
    return ApiKey(**(values | fields))


def a_message(session_uid: str = "ses_1", **fields: Any) -> OutboundMessage:
    values = {
        "id": new_message_id(),
        "key_id": "key_1",
        "session_uid": session_uid,
        "to": "628123456789@s.whatsapp.net",
        "content": {"type": "text", "text": "Halo, apa kabar? \U0001f44b"},
        "created_at": now_ms(),
        "expires_at": now_ms() + 60_000,
    }
    return OutboundMessage(**(values | fields))


def an_idempotency(key: str, **fields: Any) -> Idempotency:
    values = {"key": key, "body_hash": "body", "expires_at": now_ms() + DAY}
    return Idempotency(**(values | fields))


def an_arrival(number: int, session_uid: str = "ses_1", **fields: Any) -> InboundMessage:
    values = {
        "session_uid": session_uid,
        "position": f"{_ARRIVALS_FROM + number:013d}-{number:012d}",
        "id": f"3EB0{number:016X}",
        "chat": "628111@s.whatsapp.net",
        "from_number": "628111",
        "from_lid": None,
        "from_me": False,
        "timestamp": 1_700_000_000 + number,
        "type": "text",
        "content": {"message": f"message {number}"},
    }
    return InboundMessage(**(values | fields))


def a_file(**fields: Any) -> StoredFile:
    values = {
        "id": new_file_id(),
        "key_id": "key_1",
        "session_uid": None,
        "mimetype": "application/octet-stream",
        "size": 100,
        "sha256": "",
        "file_name": None,
        "created_at": now_ms(),
        "expires_at": now_ms() + DAY,
    }
    return StoredFile(**(values | fields))


def a_change(of: InboundMessage, kind: Kind, number: int, *, by: str | None = "628111", **says: Any) -> Change:
    """What somebody, else its author, says about a message; higher numbers say it later."""
    return Change(
        session_uid=of.session_uid,
        chat=of.chat,
        message_id=of.id,
        from_me=of.from_me,
        kind=kind,
        id=f"3EB1{number:016X}",
        at=_ARRIVALS_FROM + number,
        arrived_at=_ARRIVALS_FROM + number,
        number=by if by is None or "@" not in by else None,
        lid=by if by is not None and "@" in by else None,
        says=says,
    )


def a_webhook(**fields: Any) -> Webhook:
    values = {
        "id": new_webhook_id(),
        "key_id": "key_1",
        "url": "https://shop.example/hook",
        "secrets": (Secret("sealed"),),
        "created_at": now_ms(),
    }
    return Webhook(**(values | fields))


def a_delivery(position: int, *, at: int | None = None, **fields: Any) -> Delivery:
    """Of the event at that position, the same each time; it happened at that moment, or some after those before it."""
    values = {
        "subscription_id": "wh_1",
        "event_id": event_id(_ARRIVALS_FROM + position if at is None else at, str(position)),
        "session_uid": "ses_1",
        "type": "message.received",
        "log": 5,
        "position": position,
        "state": DeliveryState.DELIVERED,
        "first_at": now_ms(),
    }
    return Delivery(**(values | fields))
