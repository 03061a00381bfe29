"""The API's metrics."""

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from functions.app import create_app
from functions.settings import ApiSettings
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.shard import Shard

TOKEN = "a-token-of-the-tests"  # noqa: S105 - of the tests
BEARER = {"Authorization": f"Bearer {ADMIN}"}


async def value(api: Api, name: str, **labels: str) -> float | None:
    page = await api.http.get("/metrics", headers=BEARER)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/plain; version=")
    for family in text_string_to_metric_families(page.text):
        for sample in family.samples:
            if (sample.name, sample.labels) == (name, labels):
                return sample.value
    return None


async def test_requests_are_counted_by_what_was_answered(api: Api, shard: Shard, key: dict[str, str]) -> None:
    """Under their route's template, so that a path with a name in it makes no series; errors under their code."""
    sent = await api.send(key)
    assert sent.status_code == 200, sent.text
    await api.http.get("/api/messages/msg_1", headers=key)
    await api.http.get("/api/messages/msg_2", headers=key)
    await api.http.get("/628123456789", headers=key)
    await api.http.request("PROPFIND", "/ready")
    requests = "wagate_api_requests_total"
    assert await value(api, requests, method="POST", route="/api/send-message", status="200", code="") == 1
    route = "/api/messages/{message_id}"
    assert await value(api, requests, method="GET", route=route, status="404", code="MESSAGE_NOT_FOUND") == 2
    assert await value(api, requests, method="GET", route="", status="404", code="NOT_FOUND") == 1
    assert await value(api, "wagate_api_request_seconds_count", method="POST", route="/api/send-message") == 1
    page = (await api.http.get("/metrics", headers=BEARER)).text
    assert 'method="OTHER"' in page
    assert "PROPFIND" not in page
    assert "628123456789" not in page
    assert shard


async def test_what_is_true_now_is_asked_when_a_page_is_made(api: Api) -> None:
    """The connection to NATS, and this very request."""
    assert await value(api, "wagate_api_nats_connected") == 1
    assert await value(api, "wagate_api_requests_in_progress") == 1
    assert await value(api, "wagate_build_info", version="0.1.0") == 1


async def test_only_the_token_and_the_admin_key_open_them(nats_url: str, tmp_path: Path) -> None:
    """The token opens nothing else, an API key does not open them."""
    async with api_with(nats_url, tmp_path, metrics_token=TOKEN) as api:
        token = {"Authorization": f"Bearer {TOKEN}"}
        key = await api.new_key()
        assert (await api.http.get("/metrics", headers=token)).status_code == 200
        assert (await api.http.get("/metrics", headers=BEARER)).status_code == 200
        assert (await api.http.get("/metrics", headers={"X-Admin-Key": ADMIN})).status_code == 200
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}):
            refused = await api.http.get("/metrics", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (401, "ADMIN_KEY_MISSING")
        wrong = await api.http.get("/metrics", headers={"Authorization": f"Bearer {key['X-API-Key']}"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "ADMIN_KEY_INVALID")
        admin = await api.http.get("/api/admin/apikeys", headers={"X-Admin-Key": TOKEN})
        assert admin.status_code == 403


async def test_guessing_the_token_is_slowed_down(nats_url: str, tmp_path: Path) -> None:
    """As guessing a key is."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=2) as api:
        codes = [
            (await api.http.get("/metrics", headers={"Authorization": f"Bearer {guess}"})).status_code
            for guess in range(3)
        ]
        assert codes == [403, 403, 429]


async def test_the_token_is_not_compared_after_too_many_guesses(nats_url: str, tmp_path: Path) -> None:
    """The right token and the right admin key wait like every other guess."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=2, metrics_token=TOKEN) as api:
        for secret in ("guess", "another", TOKEN, ADMIN):
            answer = await api.http.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")


async def test_an_application_without_metrics_has_no_such_route() -> None:
    """A Lambda function is many processes that come and go: each would tell of itself only."""
    without = httpx.ASGITransport(create_app(ApiSettings()))
    async with httpx.AsyncClient(transport=without, base_url="http://api") as http:
        answer = await http.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
