"""Webhooks by the API: made, seen, changed, removed, and each its key's alone."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook as Standard

from shared.events.cursor import written
from shared.events.declaring import catalogue
from shared.ids import now_ms
from shared.webhooks.model import Disabled
from shared.webhooks.opened import opened
from tests.functions.events.logged import Logged, Tenant, message
from tests.functions.webhooks.receiver import Receiver

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "http://127.0.0.1:9/hook"


async def asked(gateway: Logged, tenant: Tenant, method: str, path: str = "", **body: Any) -> httpx.Response:
    return await gateway.api.http.request(
        method, f"/api/webhooks{path}", headers=tenant.headers, json=body if method in {"POST", "PATCH"} else None
    )


async def done(gateway: Logged, tenant: Tenant, method: str, path: str = "", **body: Any) -> Any:
    answer = await asked(gateway, tenant, method, path, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def made(gateway: Logged, tenant: Tenant, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await done(gateway, tenant, "POST", **({"url": URL} | body)))["webhook"]
    return found


async def test_a_webhook_is_shown_as_it_was_made(gateway: Logged) -> None:
    """With its secret once, and without the values of its headers always."""
    tenant = await gateway.tenant("shop")
    chosen = {
        "url": URL,
        "testUrl": "http://127.0.0.1:9/test",
        "events": ["message.*", "call.rang"],
        "sessionId": "shop",
        "chats": ["+62 812-3456-789", "120363041234567890@g.us"],
        "direction": "in",
        "ordered": True,
    }
    webhook = await made(gateway, tenant, **chosen, headers={"Authorization": "Bearer a-token-of-mine"})
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    expected = chosen | {
        "chats": ["628123456789@s.whatsapp.net", "120363041234567890@g.us"],
        "headerNames": ["Authorization"],
        "format": "wagate",
        "state": "enabled",
        "delivered": 0,
        "oldSecretsUntil": [],
    }
    assert {name: webhook[name] for name in expected} == expected
    assert webhook.keys() - expected.keys() == {"id", "createdAt"}
    shown = (await done(gateway, tenant, "GET", f"/{webhook['id']}"))["webhook"]
    assert shown.pop("counts") == {"pending": 0, "givenUp": 0, "replays": 0}
    assert shown == webhook
    listed = await asked(gateway, tenant, "GET")
    assert listed.json()["webhooks"] == [webhook]
    assert secret not in listed.text
    assert "a-token-of-mine" not in listed.text


async def test_neither_secret_nor_headers_lie_in_the_store_in_the_clear(gateway: Logged) -> None:
    """They are sealed for this webhook, and open for who delivers."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant, headers={"X-Token": "a-token-of-mine"})
    row = await gateway.api.stores.webhooks.get(tenant.key_id, webhook["id"])
    assert row is not None
    stored = b"".join(path.read_bytes() for path in gateway.api.settings.data_dir.glob("wagate.db*"))
    assert b"a-token-of-mine" not in stored
    assert webhook["secret"].removeprefix("whsec_").encode() not in stored
    found = opened(row, gateway.api.settings.sealer())
    assert found.secrets == [(webhook["secret"], None)]
    assert found.headers["X-Token"] == "a-token-of-mine"


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"url": "ftp://example.com/a"}, "BAD_REQUEST", "url"),
        ({"url": "http://[1"}, "URL_REFUSED", None),
        ({"url": "http://10.0.0.1/hook"}, "URL_REFUSED", None),
        ({"url": "http://169.254.169.254/latest"}, "URL_REFUSED", None),
        ({"url": "http://2130706433/"}, "URL_REFUSED", None),
        ({"url": "http://me:secret@127.0.0.1/"}, "URL_REFUSED", None),
        ({"url": "http://127.0.0.1:99999/"}, "URL_REFUSED", None),
        ({"url": "http://nowhere.invalid/"}, "URL_REFUSED", None),
        ({"testUrl": "http://10.0.0.1/test"}, "URL_REFUSED", None),
        ({"url": "http://127.0.0.1/" + "x" * 2048}, "BAD_REQUEST", "url"),
        ({"events": ["message.nothing"]}, "BAD_REQUEST", "events.0"),
        ({"events": []}, "BAD_REQUEST", "events"),
        ({"sessionId": "none-of-mine"}, "SESSION_NOT_FOUND", None),
        ({"chats": ["nobody"]}, "NUMBER_INVALID", None),
        ({"headers": {"Content-Type": "text/plain"}}, "BAD_REQUEST", None),
        ({"headers": {"X-A": "two\r\nlines"}}, "BAD_REQUEST", "headers.X-A"),
        ({"headers": {f"X-{number}": "a" for number in range(21)}}, "BAD_REQUEST", "headers"),
        ({"secret": "whsec_c2hvcnQ="}, "BAD_REQUEST", "secret"),
        ({"format": "meta"}, "BAD_REQUEST", "format"),
    ],
)
async def test_what_cannot_be_is_refused_with_words(
    gateway: Logged, wrong: dict[str, Any], code: str, field: str | None
) -> None:
    """At making, where somebody reads it; and nothing is made."""
    tenant = await gateway.tenant()
    answer = await asked(gateway, tenant, "POST", **({"url": URL} | wrong))
    told = answer.json()
    assert (answer.status_code >= 400, told["code"]) == (True, code), told
    assert field is None or told["field"] == field, told
    assert (await done(gateway, tenant, "GET"))["webhooks"] == []


async def test_an_unknown_type_is_refused_with_those_that_there_are(gateway: Logged) -> None:
    """Who mistypes one sees what there is."""
    answer = await asked(gateway, await gateway.tenant(), "POST", url=URL, events=["message.recieved"])
    assert all(
        name in answer.json()["error"] for name in ("message.recieved", "message.received", "message.*", "call.*")
    )


async def test_a_webhook_is_changed_in_what_is_given(gateway: Logged) -> None:
    """The rest stays, also its secret; null takes away what may be missing, and is refused for what may not."""
    tenant = await gateway.tenant("shop")
    before = await made(gateway, tenant, testUrl=URL, direction="in", sessionId="shop", headers={"X-A": "1"})
    path = f"/{before['id']}"
    after = (await done(gateway, tenant, "PATCH", path, events=["presence"], testUrl=None, ordered=True))["webhook"]
    assert (after["events"], after["ordered"], after["direction"], "testUrl" in after) == (
        ["presence"],
        True,
        "in",
        False,
    )
    assert (after["headerNames"], after["sessionId"]) == (["X-A"], "shop")
    after = (await done(gateway, tenant, "PATCH", path, direction=None, sessionId=None, headers={}))["webhook"]
    assert (after["headerNames"], "direction" in after, "sessionId" in after) == ([], False, False)
    for name in ("url", "events", "chats", "ordered", "headers", "enabled"):
        answer = await asked(gateway, tenant, "PATCH", path, **{name: None})
        assert (answer.status_code, answer.json()["field"]) == (400, name)
    row = await gateway.api.stores.webhooks.get(tenant.key_id, before["id"])
    assert row is not None
    assert opened(row, gateway.api.settings.sealer()).secrets == [(before["secret"], None)]


async def test_a_key_has_no_more_webhooks_than_the_setting_says(gateway: Logged) -> None:
    """Another key has its own; a place that no webhook came of is removed."""
    tenant = await gateway.tenant()
    first, *_ = [await made(gateway, tenant) for _ in range(3)]
    answer = await asked(gateway, tenant, "POST", url=URL)
    assert (answer.status_code, answer.json()["code"]) == (409, "WEBHOOK_LIMIT")
    await made(gateway, await gateway.tenant())
    await done(gateway, tenant, "DELETE", f"/{first['id']}")
    await made(gateway, tenant)


async def test_a_webhook_begins_with_what_comes_from_now_on(gateway: Logged) -> None:
    """Its place is behind all that is in the log, before anybody delivers: nothing that comes is missed."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, message("before"))
    webhook = await made(gateway, tenant)
    place = (await gateway.api.stores.deliveries.places([webhook["id"]]))[webhook["id"]]
    await gateway.put(tenant, message("after"))
    behind = await gateway.all(tenant, written(place.cursor, tenant.key_id))
    assert [event["data"]["message"] for event in behind] == ["after"]


async def test_a_deleted_webhook_is_gone_with_what_waits(gateway: Logged) -> None:
    """It cannot be found, and neither place nor deliveries are left."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant)
    await done(gateway, tenant, "DELETE", f"/{webhook['id']}")
    assert (await asked(gateway, tenant, "GET", f"/{webhook['id']}")).json()["code"] == "WEBHOOK_NOT_FOUND"
    assert (await asked(gateway, tenant, "DELETE", f"/{webhook['id']}")).status_code == 404
    assert await gateway.api.stores.deliveries.places([webhook["id"]]) == {}


async def test_a_key_takes_its_webhooks_along(gateway: Logged) -> None:
    """When it is deleted there is nobody left whose they are."""
    tenant = await gateway.tenant()
    await made(gateway, tenant)
    deleted = await gateway.api.http.delete(
        f"/api/admin/apikeys/{tenant.key_id}", headers={"X-Admin-Key": "an-admin-key-of-the-tests"}
    )
    assert deleted.status_code in {200, 202}, deleted.text
    assert await gateway.api.stores.webhooks.of_key(tenant.key_id) == []


async def test_a_key_without_the_scope_has_no_webhooks(gateway: Logged) -> None:
    """Whoever may only send is not told what comes in, by way of a webhook."""
    tenant = await gateway.tenant(scopes=["messages:send", "messages:read", "sessions:write"])
    answer = await asked(gateway, tenant, "POST", url=URL)
    assert (answer.status_code, answer.json()["scope"]) == (403, "webhooks")
    assert (await gateway.tenant(scopes=["webhooks"])) is not None


async def test_a_secret_is_changed_and_the_one_before_signs_as_well(gateway: Logged) -> None:
    """For as long as is said, by default a day; then no more. At most three sign at a time."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant)
    path = f"/{webhook['id']}/rotate-secret"
    own = "whsec_" + "A" * 43 + "="
    second = (await done(gateway, tenant, "POST", path, secret=own, overlap=3600))["webhook"]
    assert second["secret"] == own
    assert abs(second["oldSecretsUntil"][0] - now_ms() - 3_600_000) < 60_000
    third = (await done(gateway, tenant, "POST", path))["webhook"]["secret"]
    row = await gateway.api.stores.webhooks.get(tenant.key_id, webhook["id"])
    assert row is not None
    found = opened(row, gateway.api.settings.sealer())
    assert [secret for secret, _ in found.secrets] == [third, own, webhook["secret"]]
    headers = found.headers_of("evt_1", b"{}", now_ms())
    for secret in (third, own, webhook["secret"]):
        Standard(secret).verify(b"{}", headers)
    assert len(found.headers_of("evt_1", b"{}", now_ms() + 7_200_000)["webhook-signature"].split()) == 2
    last = (await done(gateway, tenant, "POST", path, overlap=0))["webhook"]
    assert last["oldSecretsUntil"] == []


async def test_a_disabled_webhook_says_why_and_since_when(gateway: Logged) -> None:
    """Whoever looks sees what there is to do; its owner can disable it as well."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant)
    shown = (await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False))["webhook"]
    assert (shown["state"], shown["reason"]) == ("disabled", "owner")
    assert abs(shown["disabledAt"] - now_ms()) < 60_000
    again = (await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False))["webhook"]
    assert again["disabledAt"] == shown["disabledAt"]
    enabled = (await done(gateway, tenant, "POST", f"/{webhook['id']}/enable"))["webhook"]
    assert (enabled["state"], "reason" in enabled) == ("enabled", False)


async def test_a_failing_webhook_says_when_it_will_be_disabled(gateway: Logged) -> None:
    """Five days after it failed first; not when it is disabled already."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant)
    deliveries, webhooks = gateway.api.stores.deliveries, gateway.api.stores.webhooks
    place = await deliveries.take(webhook["id"])
    assert place is not None
    await deliveries.settle(replace(place, failing_since=1_000, succeeded_at=500, delivered=7), [])
    shown = (await done(gateway, tenant, "GET", f"/{webhook['id']}"))["webhook"]
    assert (shown["failingSince"], shown["lastSuccessAt"], shown["delivered"]) == (1_000, 500, 7)
    assert shown["willBeDisabledAt"] == 1_000 + 5 * 86_400_000
    row = await webhooks.get(tenant.key_id, webhook["id"])
    assert row is not None
    await webhooks.replace(replace(row, disabled=Disabled("failing", 9)))
    shown = (await done(gateway, tenant, "GET", f"/{webhook['id']}"))["webhook"]
    assert (shown["reason"], shown["failingSince"], "willBeDisabledAt" in shown) == ("failing", 1_000, False)


@pytest.mark.parametrize("test_url", [True, False])
async def test_a_test_event_goes_where_tests_go(gateway: Logged, receiver: Receiver, *, test_url: bool) -> None:
    """Signed, marked, with the example of the docs; the answer is told and stands among the deliveries."""
    tenant = await gateway.tenant()
    addresses = {"url": f"{receiver.url}/live"} | ({"testUrl": f"{receiver.url}/test"} if test_url else {})
    webhook = await made(gateway, tenant, **addresses, headers={"X-Token": "mine"})
    told = await done(gateway, tenant, "POST", f"/{webhook['id']}/test", type="call.rang")
    assert (told["delivered"], told["attempt"]["status"], told["attempt"]["answer"]) == (True, 200, "thanks")
    ((path, headers, body),) = receiver.came
    assert path == ("/test" if test_url else "/live")
    event = Standard(webhook["secret"]).verify(body, headers)
    assert (event["type"], event["test"], event["id"]) == ("call.rang", True, told["eventId"])
    assert event["data"] == catalogue()["call.rang"].example.model_dump(mode="json")
    assert (headers["webhook-test"], headers["x-token"], headers["webhook-id"]) == ("true", "mine", told["eventId"])
    (row,) = (await done(gateway, tenant, "GET", f"/{webhook['id']}/deliveries"))["deliveries"]
    assert (row["eventId"], row["status"], row["test"], row["attemptCount"]) == (told["eventId"], "delivered", True, 1)


async def test_a_test_that_fails_says_what_was_answered(gateway: Logged, receiver: Receiver) -> None:
    """A status that is no success, and no answer at all; it is not tried again, and works for a disabled one too."""
    tenant = await gateway.tenant()
    receiver.status = 500
    webhook = await made(gateway, tenant, url=receiver.url)
    await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False)
    told = await done(gateway, tenant, "POST", f"/{webhook['id']}/test")
    assert (told["delivered"], told["attempt"]["status"]) == (False, 500)
    await done(gateway, tenant, "PATCH", f"/{webhook['id']}", url="http://127.0.0.1:9/closed")
    told = await done(gateway, tenant, "POST", f"/{webhook['id']}/test")
    assert (told["delivered"], told["attempt"]["status"]) == (False, None)
    assert "cannot be connected" in told["attempt"]["answer"]
    assert len(receiver.came) == 1
    rows = (await done(gateway, tenant, "GET", f"/{webhook['id']}/deliveries?status=given_up"))["deliveries"]
    assert [row["test"] for row in rows] == [True, True]


async def test_every_kind_can_be_tried(gateway: Logged, receiver: Receiver) -> None:
    """Whoever builds on an event need not wait for one to happen."""
    tenant = await gateway.tenant()
    webhook = await made(gateway, tenant, url=receiver.url)
    for name in catalogue():
        assert (await done(gateway, tenant, "POST", f"/{webhook['id']}/test", type=name))["delivered"]
    assert len(receiver.came) == len(catalogue())
