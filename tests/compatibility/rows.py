"""Rows of every kind, as one version writes them; and what another one, that reads them, has to find and may do."""

from dataclasses import replace

from shared.adapters.stores import Stores
from shared.errors import NumberNotOnWhatsApp
from shared.ids import hash_api_key
from shared.messages.model import (
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)
from shared.messages.received import InboundMessage
from shared.sessions.model import SessionReport, SessionStatus
from shared.tenants.model import ApiKey, KeyUse

KEY_ID, OWNER, OTHER = "key_1", "host_a-0", "host_b-0"
_NOW = 4_102_444_800_000
"""In 2100: rows of messages are kept for 30 days."""
_KEY = ApiKey(
    id=KEY_ID, name="shop", prefix="wa_abcd", hash=hash_api_key("wa_of-a-sample"), created_at=_NOW,
    scopes=("send", "read"), expires_at=_NOW + 1, default_region="ID",
)  # fmt: skip
_REPORT = SessionReport(
    SessionStatus.CONNECTED, since=_NOW, number="491700000001", lid="1@lid", push_name="Toko \U0001f6d2"
)
_SAME = Idempotency("k" * 64, "b" * 64, _NOW + 86_400_000)
_FAILURE = Failure(NumberNotOnWhatsApp.code, "words", {"number": "628111"})
_ARRIVED = InboundMessage(
    session_uid="", position=f"{_NOW:013d}-{1:012d}", id="3EB0", chat="628111@s.whatsapp.net", from_number="628111",
    from_lid=None, from_me=False, timestamp=_NOW // 1000, type="image", push_name="Toko",
    content={"message": "Halo", "media": {"mimetype": "image/png", "size": 3}}, raw=b"\x1a\x02\xff\x00",
)  # fmt: skip


async def fill(stores: Stores) -> str:
    """Write them; the uid of the session that is held."""
    await stores.keys.add(_KEY)
    await stores.keys.record_use({KEY_ID: KeyUse(3, _NOW)})
    session, _ = await stores.sessions.get_or_create(KEY_ID, "sales", now=_NOW)
    await stores.sessions.get_or_create(KEY_ID, "free", now=_NOW + 1)
    await stores.sessions.claim(session.uid, OWNER)
    await stores.sessions.write_report(session.uid, OWNER, 1, _REPORT)
    lease = await stores.leases.begin(OWNER, "host_a", room=9)
    await stores.leases.renew(lease, held=1, room=8)
    for number in (1, 2, 3):
        await stores.messages.accept(_message(session.uid, number), _SAME if number == 1 else None)
    await stores.messages.advance(_id(2), MessageState.SENDING, now=_NOW, epoch=1)
    await stores.messages.advance(_id(2), MessageState.SENT, now=_NOW, wa_id="3EB02")
    await stores.messages.advance(_id(3), MessageState.FAILED, now=_NOW, failure=_FAILURE)
    await stores.inbox.append([replace(_ARRIVED, session_uid=session.uid)])
    return session.uid


async def check(stores: Stores) -> None:
    """Find everything as it was written, then go on with it as a new owner does."""
    assert await stores.keys.by_hash(_KEY.hash) == replace(_KEY, request_count=3, last_used=_NOW)
    session = await stores.sessions.named(KEY_ID, "sales")
    assert session is not None
    assert (session.owner, session.epoch, session.report) == (OWNER, 1, _REPORT)
    assert [each.name for each in await stores.sessions.list_of(KEY_ID)] == ["sales", "free"]
    assert [each.name for each in await stores.sessions.unowned(9)] == ["free"]
    (lease,) = await stores.leases.all()
    assert (lease.owner, lease.host, lease.held, lease.room, lease.dead) == (OWNER, "host_a", 1, 8, False)
    assert [each.id for each in await stores.messages.open_of(session.uid, 9)] == [_id(1)]
    sent, failed = await stores.messages.get(_id(2)), await stores.messages.get(_id(3))
    assert sent is not None
    assert (sent.state, sent.epoch, sent.wa_id) == (MessageState.SENT, 1, "3EB02")
    assert sent.times == dict.fromkeys((MessageState.ACCEPTED, MessageState.SENDING, MessageState.SENT), _NOW)
    assert failed is not None
    assert failed.failure == _FAILURE
    (arrived,) = (await stores.inbox.newest(session.uid, limit=9)).messages
    assert arrived == replace(_ARRIVED, session_uid=session.uid)

    again = await stores.messages.accept(_message(session.uid, 4), _SAME)
    assert (again.message.id, again.created) == (_id(1), False)
    assert await stores.messages.settle(session.uid, "3EB02", MessageState.READ, now=_NOW)
    await stores.inbox.append([replace(_ARRIVED, session_uid=session.uid, position="later")])
    assert len((await stores.inbox.newest(session.uid, limit=9)).messages) == 1
    renewed = await stores.leases.renew(lease, held=2, room=7)
    assert renewed is not None
    assert await stores.leases.declare_dead(renewed)
    taken = await stores.sessions.take_over(session, OTHER)
    assert taken is not None
    assert (taken.owner, taken.epoch) == (OTHER, 2)
    assert [each.name for each in await stores.sessions.owned_by(OTHER)] == ["sales"]
    assert not await stores.sessions.write_report(session.uid, OWNER, 1, _REPORT)


def _id(number: int) -> str:
    return f"msg_{number:026d}"


def _message(session_uid: str, number: int) -> OutboundMessage:
    return OutboundMessage(
        id=_id(number), key_id=KEY_ID, session_uid=session_uid, to="628111@s.whatsapp.net",
        content={"type": "text", "text": "Halo, apa kabar? \U0001f44b"}, created_at=_NOW, expires_at=_NOW + 60_000,
        queue=True,
    )  # fmt: skip
