"""Forwarders over HTTP: made, seen and deleted by whoever runs the gateway, and by nobody else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.events.cursor import Cursor
from shared.forwarders.model import Progress
from tests.functions.conftest import ADMIN, Api

ADMIN_HEADER, ROUTE = {"X-Admin-Key": ADMIN}, "/api/admin/forwarders"
QUEUE = {"queueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo"}


async def key_id(api: Api, key: dict[str, str]) -> str:
    assert key
    return next(iter(await api.stores.keys.all())).id


async def make(api: Api, key: dict[str, str], **fields: Any) -> httpx.Response:
    body = {"keyId": await key_id(api, key), **fields}
    return await api.http.post(ROUTE, json=body, headers=ADMIN_HEADER)


async def test_one_is_made_and_seen_and_deleted(api: Api, key: dict[str, str]) -> None:
    """As it was asked for, with how it goes; the secret key of its credentials is nowhere but sealed in its row."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    credentials = {"accessKeyId": "AKIA", "secretAccessKey": "a-secret-of-aws"}
    made = await make(api, key, sqs=QUEUE, sessionId="sales", events=["message.*"], credentials=credentials)
    assert made.status_code == 200, made.text
    forwarder = made.json()["forwarder"]
    assert (forwarder["sqs"]["queueUrl"], forwarder["sessionId"]) == (QUEUE["queueUrl"], "sales")
    assert (forwarder["state"], forwarder["forwarded"], forwarder["ownCredentials"]) == ("running", 0, True)
    ((row, progress),) = await api.stores.forwarders.all()
    assert "a-secret-of-aws" not in made.text + repr(row)
    assert b"a-secret-of-aws" in api.settings.sealer().open(row.credentials, row.about)
    taken = await api.stores.forwarders.take(row.id)
    assert taken
    failing = Progress(
        cursor=Cursor(*progress.cursor), epoch=taken.epoch, forwarded=7, failing_since=5, trouble="AccessDenied: no"
    )
    assert await api.stores.forwarders.note(row.id, failing)
    (listed,) = (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["forwarders"]
    assert (listed["state"], listed["failingSince"], listed["trouble"]) == ("failing", 5, "AccessDenied: no")
    deleted = await api.http.delete(f"{ROUTE}/{row.id}", headers=ADMIN_HEADER)
    assert deleted.status_code == 200
    again = await api.http.delete(f"{ROUTE}/{row.id}", headers=ADMIN_HEADER)
    assert (again.status_code, again.json()["code"]) == (404, "FORWARDER_NOT_FOUND")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "give one of"),
        ({"sqs": QUEUE, "nats": {"subject": "shop"}}, "give one of"),
        ({"nats": {"subject": "events.key_1"}}, "the gateway itself"),
        ({"nats": {"subject": "wagate"}}, "the gateway itself"),
        ({"nats": {"subject": "shop.>"}}, "nats.subject"),
        ({"nats": {"subject": "shop", "url": "nats://user:word@nats.example.com"}}, "nats.url"),
        ({"sqs": {"queueUrl": "events"}}, "sqs.queueUrl"),
        ({"sqs": QUEUE, "events": ["nothing.*"]}, "events"),
        ({"sqs": QUEUE, "credentials": {"accessKeyId": "AKIA"}}, "secretAccessKey"),
        ({"sqs": QUEUE, "credentials": {"token": "t"}}, "not what this target asks for"),
        ({"nats": {"subject": "shop"}, "credentials": {"accessKeyId": "a", "secretAccessKey": "b"}}, "not what"),
        ({"sqs": QUEUE, "sessionId": "not/a/name"}, "cannot have this name"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    api: Api, key: dict[str, str], fields: dict[str, Any], words: str
) -> None:
    """By the field that is wrong; nothing is kept."""
    answer = await make(api, key, **fields)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert not await api.stores.forwarders.any()


async def test_keys_and_sessions_that_are_not_there(api: Api, key: dict[str, str]) -> None:
    """Are said as everywhere; an API key opens none of it."""
    answer = await api.http.post(ROUTE, json={"keyId": "key_none", "sqs": QUEUE}, headers=ADMIN_HEADER)
    assert (answer.status_code, answer.json()["code"]) == (404, "KEY_NOT_FOUND")
    answer = await make(api, key, sqs=QUEUE, sessionId="none")
    assert (answer.status_code, answer.json()["code"]) == (404, "SESSION_NOT_FOUND")
    answer = await api.http.post(ROUTE, json={"keyId": await key_id(api, key), "sqs": QUEUE}, headers=key)
    assert answer.status_code in {401, 403}


async def test_those_of_a_key_go_with_it(api: Api, key: dict[str, str]) -> None:
    """Nobody would delete them otherwise."""
    assert (await make(api, key, sqs=QUEUE)).status_code == 200
    await api.http.delete(f"/api/admin/apikeys/{await key_id(api, key)}", headers=ADMIN_HEADER)
    assert not await api.stores.forwarders.any()
