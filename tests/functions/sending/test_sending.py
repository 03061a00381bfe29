from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dirty_equals import IsInt, IsStr

from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import HOSTED, Api, api_with
from tests.functions.shard import Shard, running_shard
from tests.functions.waiting import until


async def test_a_send_is_answered_with_whatsapps_id(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The fixed answer of the route; the session is made by the first send; ints are numbers too."""
    answer = await api.send(key, number=628123456789, sessionId="sales", unknownField=1)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "success": True,
        "messageId": IsStr(regex="3EB0.*"),
        "id": IsStr(regex="msg_.*"),
        "status": "sent",
        "sessionId": "sales",
        "timestamp": IsInt(ge=1_700_000_000),
    }
    assert [(to, text) for _, to, text in shard.frames] == [("628123456789@s.whatsapp.net", "hello")]
    seen = await api.http.get(f"/api/messages/{answer.json()['id']}", headers=key)
    assert seen.json()["status"] == "sent"
    assert seen.json()["sessionId"] == "sales"
    assert set(seen.json()["times"]) == {"accepted", "sending", "sent"}


async def test_where_a_session_name_comes_from(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Body before query before header before `default`."""
    body = {"number": "628123456789", "message": "x"}
    header = {**key, "X-Session-Id": "by-header"}

    async def name(json: dict[str, str], headers: dict[str, str], query: str = "") -> str:
        answer = await api.http.post(f"/api/send-message{query}", json=json, headers=headers)
        return answer.json()["sessionId"]

    assert await name({**body, "sessionId": "by-body"}, header, "?sessionId=by-query") == "by-body"
    assert await name(body, header, "?sessionId=by-query") == "by-query"
    assert await name(body, header) == "by-header"
    assert await name(body, key) == "default"
    assert len(shard.epochs) == 4


async def test_two_keys_with_one_session_name_do_not_meet(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A session, its messages and its inbox belong to one key only."""
    other = await api.new_key()
    mine = (await api.send(key, sessionId="shop")).json()["id"]
    assert (await api.http.get(f"/api/messages/{mine}", headers=other)).status_code == 404
    assert (await api.http.get("/api/sessions", headers=other)).json()["sessions"] == []
    assert (await api.http.delete("/api/sessions/shop", headers=other)).status_code == 404
    await api.send(other, sessionId="shop")
    assert len({uid for uid, _, _ in shard.frames}) == 2
    assert (await api.http.delete("/api/sessions/shop", headers=other)).status_code == 200
    assert [s["sessionId"] for s in (await api.http.get("/api/sessions", headers=key)).json()["sessions"]] == ["shop"]


async def test_a_disconnected_session_refuses_and_queues_nothing(api: Api, key: dict[str, str], shard: Shard) -> None:
    """503 WA_DISCONNECTED with the status and the picture to scan; with `queue` it is kept instead."""
    shard.status = SessionStatus.QR_READY
    answer = await api.send(key)
    assert answer.status_code == 503
    told = answer.json()
    assert (told["success"], told["code"], told["connectionStatus"]) == (False, "WA_DISCONNECTED", "qr_ready")
    assert told["qr"].startswith("data:image/png;base64,")
    row = await api.stores.messages.get(told["id"])
    assert row is not None
    assert row.state is MessageState.FAILED
    queued = await api.send(key, queue=True, expiresIn=60)
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")
    kept = await api.stores.messages.get(queued.json()["id"])
    assert kept is not None
    assert kept.expires_at - kept.created_at == 60_000
    assert shard.frames == []


async def test_a_number_that_is_not_on_whatsapp(api: Api, key: dict[str, str], shard: Shard) -> None:
    """422; the Idempotency-Key is free again, as nothing was sent."""
    shard.not_on_whatsapp.add("628123456789")
    headers = {**key, "Idempotency-Key": "order-1"}
    answer = await api.send(headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "NUMBER_NOT_ON_WHATSAPP")
    shard.not_on_whatsapp.clear()
    assert (await api.send(headers)).status_code == 200


async def test_one_idempotency_key_sends_once(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Repeated: the same answer, marked as a replay. Another body: 422. Another API key: another send."""
    headers = {**key, "Idempotency-Key": "order-1"}
    first = await api.send(headers)
    again = await api.send(headers, number="+62 812-3456-789", wait=3)
    assert again.status_code == 200
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    same = {"messageId", "id", "status", "sessionId"}
    assert {name: again.json()[name] for name in same} == {name: first.json()[name] for name in same}
    other = await api.send(headers, message="something else")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(shard.frames) == 1
    assert (await api.send({**await api.new_key(), "Idempotency-Key": "order-1"})).status_code == 200
    assert len(shard.frames) == 2


async def test_a_hundred_equal_sends_at_once_are_one(api: Api, key: dict[str, str], shard: Shard) -> None:
    """One row, one frame, one message id in every answer."""
    headers = {**key, "Idempotency-Key": "order-1"}
    answers = await asyncio.gather(*(api.send(headers) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["messageId"] for answer in answers}) == 1
    assert len(shard.frames) == 1


async def in_flight(api: Api, key: dict[str, str], shard: Shard) -> str:
    """The id of a message with the Idempotency-Key `order-1` that has left and is not acknowledged."""
    assert (await api.send(key, message="before")).status_code == 200  # its session has a host from here on
    shard.acknowledge.clear()
    told = await api.send({**key, "Idempotency-Key": "order-1"}, wait=0.3)
    assert (told.status_code, told.json()["status"] in {"accepted", "sending"}) == (202, True)

    async def left() -> bool:
        return len(shard.frames) == 2

    await until(left)
    return told.json()["id"]


async def test_a_send_in_flight_answers_409_to_its_repetition(api: Api, key: dict[str, str], shard: Shard) -> None:
    """While the first is not acknowledged; the first itself is a 202 when it may wait no longer."""
    first = await in_flight(api, key, shard)
    assert (await api.http.get(f"/api/messages/{first}", headers=key)).json()["status"] == "sending"
    headers = {**key, "Idempotency-Key": "order-1"}
    again = await api.send(headers, wait=0.3)
    assert (again.status_code, again.json()["code"]) == (409, "SEND_IN_FLIGHT")
    assert int(again.headers["Retry-After"]) >= 1
    shard.acknowledge.set()
    assert (await api.send(headers)).json()["status"] == "sent"
    assert len(shard.frames) == 2


async def test_an_unknown_send_is_told_as_unknown_and_never_sent_again(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """504 for every repetition with the same Idempotency-Key."""
    row = await in_flight(api, key, shard)
    await api.stores.messages.advance(row, MessageState.UNKNOWN, now=1)
    again = await api.send({**key, "Idempotency-Key": "order-1"})
    assert (again.status_code, again.json()["code"]) == (504, "SEND_UNKNOWN")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == row
    assert len(shard.frames) == 2


async def test_without_waiting_a_send_goes_on_by_itself(api: Api, key: dict[str, str], shard: Shard) -> None:
    """`wait: 0` answers 202 at once; the message is sent all the same."""
    answer = await api.send(key, wait=0)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")

    async def sent() -> bool:
        return (await api.http.get(f"/api/messages/{answer.json()['id']}", headers=key)).json()["status"] == "sent"

    await until(sent)
    assert len(shard.frames) == 1


async def test_nobody_holds_the_session(api: Api, key: dict[str, str]) -> None:
    """503 NO_HOST, the message is given up; with `queue` it waits for a host."""
    answer = await api.send(key)
    assert (answer.status_code, answer.json()["code"]) == (503, "NO_HOST")
    assert answer.headers["Retry-After"] == "5"
    given_up = await api.stores.messages.get(answer.json()["id"])
    assert given_up is not None
    assert given_up.state is MessageState.FAILED
    queued = await api.send(key, queue=True)
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")


async def test_a_host_that_comes_in_time_gets_the_send(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A session whose host died is answered by the next one within the wait."""
    await api.send(key)
    (uid,) = shard.epochs
    await shard.drop(uid)
    sending = asyncio.create_task(api.send(key, message="second"))
    session = await api.stores.sessions.get(uid)
    assert session is not None
    await shard.take(session)
    assert (await sending).status_code == 200


async def test_a_silent_host(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The send is a 202 with what the row says, which is the truth so far."""
    await api.send(key)
    shard.deaf = True
    answer = await api.send(key, wait=0.3)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")


@pytest.mark.usefixtures("shard")
async def test_a_stopped_session_refuses_without_a_row(api: Api, key: dict[str, str]) -> None:
    """Stop is seen by the next send, and `start` undoes it."""
    await api.send(key)
    assert (await api.http.post("/api/sessions/default/stop", headers=key)).json()["status"] == "stopped"
    answer = await api.send(key)
    assert answer.status_code == 503
    assert (answer.json()["code"], answer.json()["connectionStatus"]) == ("WA_DISCONNECTED", "stopped")
    assert "id" not in answer.json()
    assert (await api.http.post("/api/sessions/default/start", headers=key)).status_code == 200
    assert (await api.send(key)).status_code == 200


async def test_a_message_is_for_the_number_that_its_session_has(api: Api, key: dict[str, str]) -> None:
    """With nobody there to send it; also when the session was paired after this process had read its row."""
    before = (await api.send(key, queue=True, wait=0)).json()["id"]
    row = await api.stores.messages.get(before)
    assert row is not None
    assert row.sender is None
    held = await api.stores.sessions.claim(row.session_uid, "host_a-0")
    assert held is not None
    report = SessionReport(SessionStatus.CONNECTED, since=1, number="628111")
    assert await api.stores.sessions.write_report(row.session_uid, "host_a-0", held.epoch, report)
    after = (await api.send(key, queue=True, wait=0)).json()["id"]
    row = await api.stores.messages.get(after)
    assert row is not None
    assert row.sender == "628111"


async def test_nats_away(own_nats: NatsServer, tmp_path: Path) -> None:
    """503 BUS_UNAVAILABLE, no row; sends work again when it is back."""
    async with api_with(own_nats.url, tmp_path, **HOSTED) as api, running_shard(own_nats.url, api.stores) as shard:
        key = await api.new_key()
        assert (await api.send(key)).status_code == 200
        (uid,) = shard.epochs
        own_nats.stop()

        async def refused() -> bool:
            answer = await api.send(key, wait=1)
            return (answer.status_code, answer.json()["code"]) == (503, "BUS_UNAVAILABLE")

        await until(refused)
        assert (await api.http.get("/ready")).json()["bus"] == "BUS_UNAVAILABLE"
        assert (await api.http.get("/api/status", headers=key)).json()["connected"] is False
        sent = len(shard.frames)
        assert await api.stores.messages.open_of(uid, 10) == []
        own_nats.start()

        async def works() -> bool:
            return (await api.send(key)).status_code == 200

        await until(works, within=30)
        assert len(shard.frames) == sent + 1


async def test_an_owner_that_fell_silent_is_asked_again(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Its successor answers a send long before the caller's `wait` is over, and one frame leaves."""
    await api.send(key)
    asked = len(shard.seen)
    shard.deaf = True
    sending = asyncio.create_task(api.send(key, wait=50))

    async def asked_once() -> bool:
        return len(shard.seen) > asked

    await until(asked_once)
    shard.deaf = False
    answer = await asyncio.wait_for(sending, 20)
    assert (answer.status_code, answer.json()["status"]) == (200, "sent")
    assert len(shard.frames) == 2


async def test_an_owner_that_lets_go_of_a_session_is_not_the_last_to_be_asked(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """It leaves messages to their rows; the next owner sends one while the caller still waits, and one frame leaves."""
    await api.send(key)
    asked = len(shard.seen)
    shard.lets_go = True
    sending = asyncio.create_task(api.send(key, wait=50))

    async def asked_again() -> bool:
        return len(shard.seen) > asked + 2

    await until(asked_again)
    shard.lets_go = False
    answer = await asyncio.wait_for(sending, 20)
    assert (answer.status_code, answer.json()["status"]) == (200, "sent")
    assert len(shard.frames) == 2


async def test_a_message_that_its_owner_left_to_its_row_is_told_as_accepted(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """Only when the caller waits no longer: by then no other owner has begun it."""
    await api.send(key)
    shard.lets_go = True
    answer = await api.send(key, wait=0.5)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert len(shard.frames) == 1
    row = await api.stores.messages.get(answer.json()["id"])
    assert row is not None
    assert row.state is MessageState.ACCEPTED
