"""Session hosts and the shards sessions are on, as an admin sees and changes them."""

from __future__ import annotations

import pytest

from shared.contracts.commands.sessions import Release
from tests.functions.conftest import ADMIN, Api
from tests.functions.shard import OWNER, Shard

ADMIN_HEADER = {"X-Admin-Key": ADMIN}
ROUTE = "/api/admin/hosts"
_NOTHING_LEFT = {"waiting": 0}


@pytest.fixture
async def session(api: Api, key: dict[str, str], shard: Shard) -> str:
    """The address under which an admin finds the session `sales` of the key, which the shard holds."""
    await api.send(key, sessionId="sales")
    assert len(shard.epochs) == 1
    (row,) = await api.stores.keys.all()
    return f"/api/admin/sessions/{row.id}/sales"


async def test_hosts_are_listed_with_their_shards(api: Api) -> None:
    """Every shard as its lease says; a host counts what lives only, and drains when all that lives does."""
    assert (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json() == {"success": True, "hosts": []}
    leases = api.stores.leases
    first = await leases.begin("host_b-0", "host_b", room=40)
    await leases.renew(first, held=3, room=37)
    await leases.set_draining("host_b", draining=True)
    await leases.begin("host_b-1", "host_b", room=40)
    dead = await leases.begin("host_b-2", "host_b", room=40)
    await leases.declare_dead(dead)
    gone = await leases.begin("host_a-0", "host_a", room=5)
    await leases.declare_dead(gone)
    assert (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["hosts"] == [
        {
            "host": "host_a",
            "draining": False,
            "alive": False,
            "held": 0,
            "room": 0,
            "shards": [{"id": "host_a-0", "held": 0, "room": 5, "draining": False, "dead": True, **_NOTHING_LEFT}],
        },
        {
            "host": "host_b",
            "draining": False,
            "alive": True,
            "held": 3,
            "room": 77,
            "shards": [
                {"id": "host_b-0", "held": 3, "room": 37, "draining": True, "dead": False, **_NOTHING_LEFT},
                {"id": "host_b-1", "held": 0, "room": 40, "draining": False, "dead": False, **_NOTHING_LEFT},
                {"id": "host_b-2", "held": 0, "room": 40, "draining": False, "dead": True, **_NOTHING_LEFT},
            ],
        },
    ]


async def test_a_host_that_is_gone_with_its_journals_is_shown_until_it_is_forgotten(api: Api) -> None:
    """How much waited in them and since when it is gone; what lives, or is being emptied, is not forgotten."""
    leases = api.stores.leases
    for slot in range(2):
        begun = await leases.begin(f"host_a-{slot}", "host_a", room=5, folder="/gone")
        lease = await leases.renew(begun, held=0, room=5, waiting=4)
        assert lease
    assert await leases.declare_dead(lease)
    assert (await api.http.post(f"{ROUTE}/host_a/forget", headers=ADMIN_HEADER)).json()["code"] == "HOST_NOT_FOUND"
    assert await leases.leave(lease, now=1_795_953_600_000)
    (host,) = (await api.http.get(ROUTE, headers=ADMIN_HEADER)).json()["hosts"]
    assert [(shard["waiting"], shard.get("leftSince")) for shard in host["shards"]] == [
        (4, None),
        (4, 1_795_953_600_000),
    ]
    forgotten = await api.http.post(f"{ROUTE}/host_a/forget", headers=ADMIN_HEADER)
    assert (forgotten.status_code, "4 events" in forgotten.json()["message"]) == (200, True)
    assert [lease.owner for lease in await leases.all()] == ["host_a-0"]
    assert (await api.http.post(f"{ROUTE}/host_a/forget", headers=ADMIN_HEADER)).status_code == 404


async def test_a_host_is_told_to_drain_and_to_take_again(api: Api) -> None:
    """Its living shards read it in their leases; the answer is the host as it is then."""
    for slot in range(2):
        await api.stores.leases.begin(f"host_a-{slot}", "host_a", room=40)
    await api.stores.leases.begin("host_b-0", "host_b", room=40)

    drained = await api.http.post(f"{ROUTE}/host_a/drain", headers=ADMIN_HEADER)
    assert drained.status_code == 200
    assert (drained.json()["host"]["host"], drained.json()["host"]["draining"]) == ("host_a", True)
    assert [lease.draining for lease in await api.stores.leases.all()] == [True, True, False]

    undrained = await api.http.post(f"{ROUTE}/host_a/undrain", headers=ADMIN_HEADER)
    assert undrained.json()["host"]["draining"] is False
    assert not any(lease.draining for lease in await api.stores.leases.all())


async def test_a_host_that_does_not_live_cannot_drain(api: Api) -> None:
    """404 HOST_NOT_FOUND for one nobody knows and for one whose shards are dead."""
    dead = await api.stores.leases.begin("host_a-0", "host_a", room=40)
    await api.stores.leases.declare_dead(dead)
    for host in ("host_a", "host_nobody"):
        for action in ("drain", "undrain"):
            refused = await api.http.post(f"{ROUTE}/{host}/{action}", headers=ADMIN_HEADER)
            assert (refused.status_code, refused.json()["code"]) == (404, "HOST_NOT_FOUND")


async def test_a_session_is_moved_to_a_shard(api: Api, shard: Shard, session: str) -> None:
    """Its holder is asked to give it up to that one; it is the other's when the answer is there."""
    await api.stores.leases.begin("host_b-0", "host_b", room=40)
    (uid,) = shard.epochs
    answer = await api.http.post(f"{session}/move", json={"to": "host_b-0"}, headers=ADMIN_HEADER)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert shard.seen[-1].command == Release(to="host_b-0")
    assert [row.uid for row in await api.stores.sessions.owned_by("host_b-0")] == [uid]


async def test_a_session_is_moved_to_whoever_has_room(api: Api, shard: Shard, session: str) -> None:
    """Without a body its holder gives it up to nobody in particular."""
    shard.claims = False
    (uid,) = shard.epochs
    answer = await api.http.post(f"{session}/move", headers=ADMIN_HEADER)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert shard.seen[-1].command == Release(to=None)
    assert [row.uid for row in await api.stores.sessions.unowned(10)] == [uid]


async def test_a_session_that_is_there_already_stays(api: Api, shard: Shard, session: str) -> None:
    """Repeating a move disturbs nothing."""
    asked = len(shard.seen)
    answer = await api.http.post(f"{session}/move", json={"to": OWNER}, headers=ADMIN_HEADER)
    assert answer.status_code == 200
    assert len(shard.seen) == asked


async def test_a_session_is_moved_only_where_it_is_taken(api: Api, shard: Shard, session: str) -> None:
    """A shard that nobody knows, is dead, drains or is full would leave it lying: it stays where it is."""
    leases = api.stores.leases
    await leases.declare_dead(await leases.begin("dead-0", "dead", room=40))
    await leases.begin("drains-0", "drains", room=40)
    await leases.set_draining("drains", draining=True)
    await leases.begin("full-0", "full", room=0)
    asked = len(shard.seen)
    for to, code in {
        "nobody-0": "HOST_NOT_FOUND",
        "dead-0": "HOST_NOT_FOUND",
        "drains-0": "SHARD_TAKES_NONE",
        "full-0": "SHARD_TAKES_NONE",
    }.items():
        refused = await api.http.post(f"{session}/move", json={"to": to}, headers=ADMIN_HEADER)
        assert (refused.json()["code"], refused.json()["field"]) == (code, "to")
    wrong = await api.http.post(f"{session}/move", json={"to": 7}, headers=ADMIN_HEADER)
    assert (wrong.status_code, wrong.json()["field"]) == (400, "to")
    assert len(shard.seen) == asked
    assert len(await api.stores.sessions.owned_by(OWNER)) == 1


async def test_a_session_that_cannot_be_moved_says_why(api: Api, key: dict[str, str]) -> None:
    """No such key, no such session, nobody who holds it."""
    (row,) = await api.stores.keys.all()
    await api.stores.sessions.get_or_create(row.id, "sales", now=1)
    for path, code in {
        "key_nobody/sales/move": "KEY_NOT_FOUND",
        f"{row.id}/other/move": "SESSION_NOT_FOUND",
        f"{row.id}/sales/move": "NO_HOST",
        f"{key['X-API-Key']}/sales/move": "NO_HOST",
    }.items():
        refused = await api.http.post(f"/api/admin/sessions/{path}", headers=ADMIN_HEADER)
        assert refused.json()["code"] == code
