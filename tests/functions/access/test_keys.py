from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from dirty_equals import IsInt, IsStr

from functions.access.failed_attempts import FailedAttempts
from functions.access.keys import Authenticator
from functions.access.usage import Usage
from shared.errors import KeyInvalid, KeyRevoked, StoreUnavailable, TooManyRequests
from shared.ids import hash_api_key, now_ms
from shared.observing.logs import redact
from shared.tenants.model import ApiKey, OldSecret
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.shard import Shard
from tests.functions.waiting import until

ADMIN_HEADER = {"X-Admin-Key": ADMIN}
ROUTE = "/api/admin/apikeys"


class Clock:
    """A monotonic clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@contextlib.contextmanager
def unreadable_keys(api: Api) -> Iterator[None]:
    """The rows of keys hold what nobody wrote: whoever reads one fails as nobody expects."""
    database = sqlite3.connect(api.settings.data_dir / "wagate.db", isolation_level=None)
    try:
        ((scopes,),) = database.execute("SELECT scopes FROM api_keys").fetchall()
        database.execute("UPDATE api_keys SET scopes = 'nonsense'")
        yield
        database.execute("UPDATE api_keys SET scopes = ?", (scopes,))
    finally:
        database.close()


async def test_a_key_is_shown_once_and_kept_as_a_hash(api: Api) -> None:
    """The list has everything but the secret; the store has the hash only."""
    made = (await api.http.post(f"{ROUTE}/generate", json={"name": "Toko"}, headers=ADMIN_HEADER)).json()
    assert made == {"success": True, "apiKey": IsStr(regex="wa_.{40,}"), "id": IsStr(regex="key_.*"), "name": "Toko"}
    listed = await api.http.get(ROUTE, headers=ADMIN_HEADER)
    assert listed.json()["apiKeys"] == [
        {
            "id": made["id"],
            "name": "Toko",
            "prefix": made["apiKey"][:9],
            "createdAt": IsInt(),
            "lastUsed": None,
            "requestCount": 0,
            "active": True,
            "scopes": ["*"],
            "expiresAt": None,
            "maxSessions": None,
            "requestsPerMinute": None,
            "sessions": [],
            "addresses": [],
            "chats": [],
            "oldSecretsUntil": [],
        }
    ]
    assert made["apiKey"] not in listed.text
    for file in api.settings.data_dir.iterdir():
        if file.is_file():
            assert made["apiKey"].encode() not in file.read_bytes()


async def test_a_revoked_key_stops_at_once_here(api: Api, key: dict[str, str]) -> None:
    """By its id or by the key itself; the row stays."""
    assert (await api.http.get("/api/sessions", headers=key)).status_code == 200
    answer = await api.http.post(f"{ROUTE}/{key['X-API-Key']}/revoke", headers=ADMIN_HEADER)
    assert answer.json()["success"] is True
    refused = await api.http.get("/api/sessions", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (403, "KEY_REVOKED")
    assert (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["apiKeys"][0]["active"] is False
    assert (await api.http.post(f"{ROUTE}/key_unknown/revoke", headers=ADMIN_HEADER)).json()["code"] == "KEY_NOT_FOUND"


async def test_a_key_in_an_address_is_in_nothing_that_is_kept(api: Api, key: dict[str, str]) -> None:
    """Logs and metrics name the route; the answer says that the id does as well. Not where the id was given."""
    secret = key["X-API-Key"]
    (row,) = await api.stores.keys.all()
    with structlog.testing.capture_logs() as logged, unreadable_keys(api):
        failed = await api.http.post(f"{ROUTE}/{secret}/revoke", headers=ADMIN_HEADER)
    assert failed.status_code == 500
    assert [entry["route"] for entry in logged] == [f"{ROUTE}/{{key_id}}/revoke"]
    lines = "".join(str(redact(None, "error", entry)) for entry in logged)
    by_secret = await api.http.post(f"{ROUTE}/{secret}/revoke", headers=ADMIN_HEADER)
    by_id = await api.http.post(f"{ROUTE}/{row.id}/revoke", headers=ADMIN_HEADER)
    moved = await api.http.post(f"/api/admin/sessions/{secret}/x/move", headers=ADMIN_HEADER)
    metrics = await api.http.get("/metrics", headers=ADMIN_HEADER)
    assert secret not in lines + failed.text + by_secret.text + moved.text + metrics.text
    assert "id" in by_secret.json()["hint"]
    assert "hint" not in by_id.json()


async def test_a_deleted_key_takes_its_sessions_along(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Nobody could reach them any more."""
    await api.send(key)
    (uid,) = shard.epochs
    (row,) = await api.stores.keys.all()
    assert (await api.http.delete(f"{ROUTE}/{row.id}", headers=ADMIN_HEADER)).status_code == 200
    assert (await api.http.get("/api/sessions", headers=key)).json()["code"] == "KEY_INVALID"
    assert (await api.http.delete(f"{ROUTE}/{row.id}", headers=ADMIN_HEADER)).status_code == 404
    session = await api.stores.sessions.get(uid)
    assert session is None or session.desired == "deleted"


@pytest.mark.parametrize(("end", "code"), [("delete", "KEY_INVALID"), ("revoke", "KEY_REVOKED")])
async def test_a_key_that_is_believed_a_little_longer_makes_no_session(
    api: Api, key: dict[str, str], end: str, code: str
) -> None:
    """Another process deleted or revoked it, and listed its sessions: one made afterwards would be nobody's."""
    assert (await api.http.get("/api/sessions", headers=key)).status_code == 200  # it is remembered from now on
    (row,) = await api.stores.keys.all()
    await getattr(api.stores.keys, end)(row.id)
    refused = await api.http.get("/api/qr", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert await api.stores.sessions.list_of(row.id) == []


async def test_a_deleted_key_says_whose_phones_are_still_linked(api: Api, key: dict[str, str], shard: Shard) -> None:
    """202 with their names: their rows stay for the hosts; the key is gone all the same."""
    await api.send(key, sessionId="sales")
    shard.not_unlinked = "temporary_ban"
    (row,) = await api.stores.keys.all()
    told = await api.http.delete(f"{ROUTE}/{row.id}", headers=ADMIN_HEADER)
    assert (told.status_code, told.json()["unlinked"], told.json()["notUnlinked"]) == (202, False, ["sales"])
    assert "Linked devices" in told.json()["message"]
    assert await api.stores.keys.all() == []
    (uid,) = shard.epochs
    session = await api.stores.sessions.get(uid)
    assert session is not None
    assert session.unlink_since is not None


async def test_an_admin_logs_sessions_out(api: Api, key: dict[str, str], shard: Shard) -> None:
    """One by its name, or all of the key."""
    for name in ("a", "b"):
        await api.send(key, sessionId=name)
    (row,) = await api.stores.keys.all()
    one = await api.http.post(f"/api/admin/logout/{row.id}", json={"sessionId": "a"}, headers=ADMIN_HEADER)
    assert one.json()["sessions"] == [{"sessionId": "a", "status": "logged_out", "unlinked": True}]
    both = await api.http.post(f"/api/admin/logout/{row.id}", headers=ADMIN_HEADER)
    assert [state["sessionId"] for state in both.json()["sessions"]] == ["a", "b"]
    shard.not_unlinked = "wa_unreachable"
    left = await api.http.post(f"/api/admin/logout/{row.id}", headers=ADMIN_HEADER)
    assert (left.status_code, [each["unlinked"] for each in left.json()["sessions"]]) == (202, [False, False])
    assert "Linked devices" in left.json()["message"]
    unknown = await api.http.post(f"/api/admin/logout/{row.id}", json={"sessionId": "c"}, headers=ADMIN_HEADER)
    assert unknown.json()["code"] == "SESSION_NOT_FOUND"


async def test_a_key_may_do_what_its_scopes_say(api: Api) -> None:
    """403 SCOPE_MISSING names the scope."""
    key = await api.new_key(scopes=["sessions:read"])
    assert (await api.http.get("/api/sessions", headers=key)).status_code == 200
    refused = await api.send(key)
    assert (refused.status_code, refused.json()["code"], refused.json()["scope"]) == (
        403,
        "SCOPE_MISSING",
        "messages:send",
    )


async def test_a_key_reads_numbers_of_its_country(api: Api, shard: Shard) -> None:
    """`08…` with the key's default country."""
    key = await api.new_key(defaultCountry="id")
    assert (await api.send(key, number="0812-3456-789")).status_code == 200
    assert shard.frames[0][1] == "628123456789@s.whatsapp.net"


async def test_an_expired_key(api: Api) -> None:
    """403 KEY_EXPIRED, as a Bearer token too."""
    secret = "wa_expired"  # noqa: S105 - a key of this test
    await api.stores.keys.add(ApiKey("key_x", "x", "wa_exp", hash_api_key(secret), created_at=1, expires_at=2))
    answer = await api.http.get("/api/sessions", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "KEY_EXPIRED")


async def test_the_use_of_a_key_is_written_down(nats_url: str, tmp_path: Path) -> None:
    """At the latest when the API ends."""
    async with api_with(nats_url, tmp_path) as api:
        key = await api.new_key()
        for _ in range(3):
            await api.http.get("/api/sessions", headers=key)
    async with api_with(nats_url, tmp_path) as api:
        (shown,) = (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["apiKeys"]
    assert shown["requestCount"] == 3
    assert shown["lastUsed"] == IsInt(ge=now_ms() - 60_000)


async def test_wrong_keys_are_limited_and_good_ones_never(nats_url: str, tmp_path: Path) -> None:
    """429 with Retry-After after too many wrong keys; a key this process never saw passes from the same address."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=3) as api:
        key = await api.new_key()
        answers = [await api.http.get("/api/sessions", headers={"X-API-Key": f"wa_guess{n}"}) for n in range(5)]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
        assert (answers[-1].json()["code"], int(answers[-1].headers["Retry-After"]) > 0) == ("TOO_MANY_REQUESTS", True)
        assert (await api.http.get("/api/sessions", headers=key)).status_code == 200


async def test_the_admin_key_is_not_even_compared_after_too_many_guesses(nats_url: str, tmp_path: Path) -> None:
    """Who may guess on until it is right is not limited: the right one waits like every other. API keys go on."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=3) as api:
        key = await api.new_key()
        guesses = [await api.http.get(ROUTE, headers={"X-Admin-Key": f"guess{n}"}) for n in range(4)]
        assert [guess.status_code for guess in guesses] == [403, 403, 403, 429]
        right = await api.http.get(ROUTE, headers=ADMIN_HEADER)
        assert (right.json()["code"], int(right.headers["Retry-After"]) > 0) == ("TOO_MANY_REQUESTS", True)
        assert (await api.http.get("/api/sessions", headers=key)).status_code == 200


async def test_wrong_api_keys_do_not_shut_out_the_admin(nats_url: str, tmp_path: Path) -> None:
    """A customer with an old key, behind the same proxy, is no guesser of the admin key."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=2) as api:
        for n in range(4):
            await api.http.get("/api/sessions", headers={"X-API-Key": f"wa_guess{n}"})
        assert (await api.http.get(ROUTE, headers=ADMIN_HEADER)).status_code == 200


async def test_another_process_learns_of_a_revocation_within_the_time(api: Api) -> None:
    """A believed key is asked for again once its time is over, not before."""
    clock = Clock()
    secret = (await api.new_key())["X-API-Key"]
    there = Authenticator(api.stores.keys, FailedAttempts(10, clock), believe_for=30, clock=clock)
    key = await there.key_of(secret, "client")
    await api.stores.keys.revoke(key.id)
    clock.now += 29
    assert (await there.key_of(secret, "client")).active
    clock.now += 1
    with pytest.raises(KeyRevoked):
        await there.key_of(secret, "client")


async def test_a_new_key_is_found_soon_after_it_was_unknown(api: Api) -> None:
    """A miss is believed for seconds only."""
    clock = Clock()
    there = Authenticator(api.stores.keys, FailedAttempts(10, clock), believe_for=30, clock=clock)
    with pytest.raises(KeyInvalid):
        await there.key_of("wa_later", "client")
    await api.stores.keys.add(ApiKey("key_x", "x", "wa_lat", hash_api_key("wa_later"), created_at=1))
    clock.now += 5
    assert (await there.key_of("wa_later", "client")).id == "key_x"


def test_failed_attempts_are_forgotten_and_bounded() -> None:
    """After a minute, and beyond 10,000 addresses."""
    clock = Clock()
    attempts = FailedAttempts(1, clock)
    attempts.note("first")
    assert attempts.wait("first") == 60
    clock.now += 60
    assert attempts.wait("first") is None
    attempts.note("first")
    for number in range(10_000):
        attempts.note(f"address {number}")
    assert attempts.wait("first") is None


def test_whoever_has_an_ipv6_network_has_one_count() -> None:
    """A customer of a provider is given at least a /64: 2^64 addresses to guess from."""
    attempts = FailedAttempts(1, Clock())
    attempts.note("2001:db8:1:2::1")
    assert attempts.wait("2001:db8:1:2:ffff::9") == 60
    assert attempts.wait("2001:db8:1:3::1") is None
    attempts.note("::ffff:192.0.2.1")
    assert attempts.wait("192.0.2.1") == 60
    assert attempts.wait("192.0.2.2") is None


async def test_a_key_that_was_good_is_asked_for_even_from_a_blocked_address(api: Api) -> None:
    """One bad client behind a shared address does not shut out the others when their time is over."""
    clock = Clock()
    failures = FailedAttempts(1, clock)
    secret = (await api.new_key())["X-API-Key"]
    there = Authenticator(api.stores.keys, failures, believe_for=30, clock=clock)
    await there.key_of(secret, "shared")
    clock.now += 31
    failures.note("shared")
    with pytest.raises(TooManyRequests):
        await there.key_of("wa_guess", "shared")
    assert await there.key_of(secret, "shared")


async def test_counts_survive_a_store_that_is_away(api: Api) -> None:
    """They are written with the next ones."""
    usage = Usage(api.stores.keys, api.stores.usage_rows)
    await api.new_key()
    (key,) = await api.stores.keys.all()

    class Away:
        async def record_use(self, _: object) -> None:
            raise StoreUnavailable

    usage._keys = Away()
    usage.count(key.id)
    await usage.write()
    usage._keys = api.stores.keys
    usage.count(key.id)
    await usage.write()

    async def counted() -> bool:
        found = await api.stores.keys.get(key.id)
        return found is not None and found.request_count == 2

    await until(counted)


async def test_two_secrets_of_a_key_work_for_a_while(api: Api) -> None:
    """Each opens what belongs to the key; one whose time is over is told so, and a fifth ends the oldest."""
    headers = await api.new_key()
    first = headers["X-API-Key"]
    (listed,) = (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["apiKeys"]
    path = f"{ROUTE}/{listed['id']}"

    async def rotated(**body: int) -> str:
        answer = await api.http.post(f"{path}/rotate", json=body, headers=ADMIN_HEADER)
        assert answer.headers["Cache-Control"] == "no-store"
        told = answer.json()
        assert told["id"] == listed["id"]
        assert told["oldUntil"] <= now_ms() + body.get("overlap", 86_400) * 1000
        return told["apiKey"]

    async def works(secret: str) -> bool | str:
        answer = await api.http.get("/api/key", headers={"X-API-Key": secret})
        if answer.status_code == 200:
            assert answer.json()["apiKey"]["id"] == listed["id"]
        return answer.json().get("code", True)

    assert await works(first) is True
    second = await rotated()
    assert [await works(each) for each in (first, second)] == [True, True]
    (shown,) = (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["apiKeys"]
    assert (shown["prefix"], len(shown["oldSecretsUntil"])) == (second[:9], 1)
    third = await rotated(overlap=0)
    assert [await works(each) for each in (first, second, third)] == ["SECRET_REPLACED", "SECRET_REPLACED", True]
    more = [third, *[await rotated() for _ in range(4)]]
    assert [await works(each) for each in more] == ["KEY_INVALID", True, True, True, True]
    assert (await api.http.post(f"{path}/revoke", headers=ADMIN_HEADER)).status_code == 200
    assert {await works(each) for each in more[1:]} == {"KEY_REVOKED"}


async def test_an_old_secret_ends_with_its_time(api: Api) -> None:
    """While its row still has it, it is told apart from one that never was."""
    headers = await api.new_key()
    stored = await api.stores.keys.by_hash(hash_api_key(headers["X-API-Key"]))
    assert stored is not None
    over = replace(stored, hash="f" * 64, old_secrets=(OldSecret(stored.hash, now_ms() - 1),))
    assert await api.stores.keys.change(over)
    answer = await api.http.get("/api/key", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "SECRET_REPLACED")
