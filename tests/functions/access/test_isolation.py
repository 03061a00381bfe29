"""Two keys, every route of the API's document: what belongs to one is, for the other, what nobody has."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.messages.received import InboundMessage
from tests.functions.conftest import Api, api_with
from tests.functions.documented import answer_to, is_stream
from tests.functions.from_document import Names, Operation, flat, operations
from tests.functions.shard import Shard, running_shard
from tests.shared.adapters.contracts.samples import a_delivery

pytestmark = pytest.mark.usefixtures("uncounted")
NOBODYS = Names(
    session="of-the-other",
    message="msg_01J00000000000000000000000",
    file="med_01J00000000000000000000000",
    number="628123456701",
    group="120363000000000001@g.us",
    newsletter="120363000000000001@newsletter",
    invite="AbCdEfGhIjKlMnOpQrStU1",
    webhook="wh_01J00000000000000000000000",
    event="evt_01j00000000000000000000000",
    same="never-used",
)
NOBODYS_AGAIN = replace(
    NOBODYS,
    session="of-a-fourth1",
    message="msg_01J00000000000000000000001",
    file="med_01J00000000000000000000001",
    webhook="wh_01J00000000000000000000001",
    event="evt_01j00000000000000000000001",
    same="never-this",
)
"""The same once more: what differs between the two is chance."""
NOT_TAKEN = {"BAD_REQUEST", "NUMBER_INVALID", "GROUP_INVALID", "BAD_SESSION_NAME"}
"""Answers to a request that is none."""
CHANCE = {"date", "x-request-id", "content-length", "etag", "last-modified"}
"""Headers that say nothing of anybody, or only what the body does."""
MARK = "only-the-first-may-see-this"


@dataclass
class First:
    """A customer who has one of everything."""

    key: dict[str, str]
    uid: str
    names: Names
    arrived: str
    """WhatsApp's id of a message that came."""


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(
        nats_url, tmp_path, auth_failures_per_minute=10_000, url_allow="127.0.0.1", **patience
    ) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


@pytest.fixture
async def first(api: Api, shard: Shard) -> First:  # noqa: ARG001 - it takes the message
    """With a session, a message that was sent and one that came, a file, a webhook, and an Idempotency-Key."""
    key = await api.new_key(name=f"key-{MARK}")
    names = Names(session="of-the-first", same="first-used")
    sent = await api.http.post(
        "/api/send-message",
        json={"sessionId": names.session, "number": names.number, "message": MARK},
        headers=key | {"Idempotency-Key": names.same},
    )
    assert sent.status_code == 200, sent.text
    row = await api.stores.messages.get(sent.json()["id"])
    assert row is not None
    uploaded = await api.http.post(
        "/api/upload", headers=key, files={"file": (f"{MARK}.pdf", f"%PDF-1.7\n{MARK}".encode(), "application/pdf")}
    )
    file = uploaded.json()["file"]["id"]
    arrived = InboundMessage(
        session_uid=row.session_uid,
        position=names.cursor,
        id="3EB0AAAAAAAAAAAAAAAAAA",
        chat=f"{names.number}@s.whatsapp.net",
        from_number=names.number,
        from_lid=None,
        from_me=False,
        timestamp=1_700_000_000,
        type="text",
        push_name=MARK,
        content={"message": MARK, "media": {"state": "stored", "id": file}},
        raw=MARK.encode(),
    )
    await api.stores.inbox.append([arrived])
    told = {"url": f"http://127.0.0.1:9/{MARK}", "headers": {f"X-{MARK}": MARK}, "sessionId": names.session}
    webhook = (await api.http.post("/api/webhooks", json=told, headers=key)).json()["webhook"]["id"]
    delivery = a_delivery(1, subscription_id=webhook, session_uid=row.session_uid)
    await api.stores.deliveries.put([delivery])
    names = replace(names, message=row.id, file=file, webhook=webhook, event=delivery.event_id)
    return First(key, row.session_uid, names, arrived.id)


async def told(api: Api, operation: Operation, key: dict[str, str], names: Names) -> dict[str, Any]:
    """Everything that an answer tells, by where it does; not what its caller had said."""
    asked = operation.request(names)
    asked["headers"] |= key
    answer = await api.http.request(**asked)
    assert MARK not in answer.text, operation
    assert MARK not in str(answer.headers), operation
    return {"status": answer.status_code, **_headers(answer, names), **_body(answer, names)}


def _headers(answer: httpx.Response, names: Names) -> dict[str, Any]:
    return {name: names.hidden(value) for name, value in answer.headers.items() if name not in CHANCE}


def _body(answer: httpx.Response, names: Names) -> dict[str, Any]:
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return {"body": names.hidden(answer.text)}
    said = dict(flat("body", answer.json()))
    said.pop("body.requestId", None)
    return {name: names.hidden(value) if isinstance(value, str) else value for name, value in said.items()}


async def differences(
    api: Api, operation: Operation, key: dict[str, str], names: tuple[Names, Names, Names]
) -> tuple[list[str], str | None]:
    """Where the answer about the first's things is another one than about nobody's; and the code of that."""
    of_first, of_nobody = [await told(api, operation, key, each) for each in names[:2]]
    found = []
    if of_first != of_nobody:
        again = await told(api, operation, key, names[2])
        found = [
            f"{operation}: {place}: {of_first.get(place)!r}, for nobody's {of_nobody.get(place)!r}"
            for place in sorted({*of_first, *of_nobody, *again})
            if of_nobody.get(place) == again.get(place) != of_first.get(place)
        ]
    return found, of_nobody.get("body.code")


def of_keys() -> list[Operation]:
    return [operation for operation in operations() if operation.key == "apiKey"]


async def test_a_session_of_another_key_is_one_that_is_not_there(api: Api, shard: Shard, first: First) -> None:
    """Every operation with the names of all that the first one has, by a key that has nothing."""
    asked, leaks, not_taken = Counter(shard.asked), [], []
    for operation in of_keys():
        stranger = await api.new_key()
        found, code = await differences(api, operation, stranger, (first.names, NOBODYS, NOBODYS_AGAIN))
        leaks += found
        not_taken += [str(operation)] if code in NOT_TAKEN else []
    assert leaks == []
    nothing_passed_on(shard, first, asked)
    assert not_taken == [], "what is asked is to be taken: else nothing is shown"


async def test_what_another_key_has_is_not_there_for_a_session_of_the_same_name(
    api: Api, shard: Shard, first: First
) -> None:
    """The same with a connected session of one's own: its name is found, and nothing of the other's in it."""
    asked, leaks = Counter(shard.asked), []
    stranger = await api.new_key()
    assert (await api.send(stranger, sessionId=first.names.session)).status_code == 200
    for operation in of_keys():
        for theirs in (first.names, replace(first.names, message=first.arrived)):
            mine, nobodys, again = [
                replace(names, session=theirs.session, same=f"{operation} {theirs.message} {place}")
                for place, names in enumerate((theirs, NOBODYS, NOBODYS_AGAIN))
            ]
            if operation.names(mine) != operation.names(nobodys):
                leaks += (await differences(api, operation, stranger, (mine, nobodys, again)))[0]
    assert leaks == []
    nothing_passed_on(shard, first, asked)


def nothing_passed_on(shard: Shard, first: First, before: Counter[str]) -> None:
    """Nobody has asked the first one's session anything, nor another one to send what is the first one's."""
    assert shard.asked[first.uid] == before[first.uid]
    said = [request.model_dump_json() for request in shard.seen[before.total() :]]
    assert [each for each in said if MARK in each] == []


async def status_and_body(api: Api, request: dict[str, Any], names: Names) -> tuple[int, Any]:
    """The status and the body of an answer; of a stream, which has no end, that it is one."""
    answer = await answer_to(api.http, request.pop("method"), request.pop("url"), **request)
    return answer.status_code, "a stream" if is_stream(answer) else _body(answer, names)


async def test_the_first_one_has_something_to_hide(api: Api, first: First) -> None:
    """Whatever can be read is another answer for its owner: with nothing there, the tests above would show nothing."""
    the_same = []
    for operation in of_keys():
        if operation.method == "GET":
            asked = operation.request(first.names)
            own, strangers = [
                await status_and_body(api, asked | {"headers": asked["headers"] | key}, first.names)
                for key in (first.key, await api.new_key())
            ]
            the_same += [str(operation)] if own == strangers and own[0] not in {426, 501} else []
    assert the_same == ["GET /api/qr"], "which makes the session that is not there; give the first one what is missing"
