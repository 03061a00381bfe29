"""What a session does by itself, as was chosen for it: calls, read receipts, presence, files, names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.crashes import kill_shard
from benchmarks.gateway import Gateway, running
from benchmarks.heard import fate

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]
NUMBER, OTHER = "628100000074", "629000000074"
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory) -> AsyncIterator[Gateway]:
    """A gateway with the session `default` of NUMBER, and the contact OTHER with a real client; they have talked.

    Of its own: shards are killed.
    """
    async with running(tmp_path_factory.mktemp("habits") / "data") as gateway:
        await gateway.log_in("default", NUMBER)
        await gateway.control_post("/contacts", number=OTHER)
        await gateway.call("POST", "/api/send-message", json={"number": OTHER, "message": "hello"})
        yield gateway


async def choose(gateway: Gateway, name: str = "default", **settings: Any) -> dict[str, Any]:
    changed = await gateway.call("PATCH", f"/api/sessions/{name}/settings", json=settings)
    assert changed["applied"] is True
    return changed["settings"]


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds once it finds something."""
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


async def control(gateway: Gateway, path: str) -> dict[str, Any]:
    async with gateway.http.get(gateway.control + path) as answer:
        return await answer.json()


async def texts(gateway: Gateway, contact: str = OTHER) -> list[str]:
    """What a contact has got."""
    return [each["text"] for each in (await control(gateway, f"/contacts/{contact}/messages"))["messages"]]


async def test_who_calls_is_rejected_and_told_why_once(gateway: Gateway) -> None:
    """However often somebody rings, also when the session ignores calls; calls ring on when that is over."""
    reply = "we only write"
    await choose(gateway, ignore={"calls": True}, rejectCalls={"enabled": True, "reply": reply})
    called = [(await gateway.control_post(f"/contacts/{OTHER}/calls", to=NUMBER))["id"] for _ in range(3)]

    async def rejected() -> bool:
        calls = (await control(gateway, f"/phones/{NUMBER}/calls"))["calls"]
        return [call["state"] for call in calls if call["id"] in called] == ["rejected"] * 3

    await eventually(rejected)

    async def told() -> bool:
        return reply in await texts(gateway)

    await eventually(told)
    await choose(gateway, ignore=None, rejectCalls=None)
    rings = await gateway.control_post(f"/contacts/{OTHER}/calls", to=NUMBER)
    await gateway.call("POST", "/api/send-message", json={"number": OTHER, "message": "after the calls"})

    async def came() -> bool:
        return "after the calls" in await texts(gateway)

    await eventually(came)
    assert (await texts(gateway)).count(reply) == 1
    calls = {call["id"]: call["state"] for call in (await control(gateway, f"/phones/{NUMBER}/calls"))["calls"]}
    assert calls[rings["id"]] == "ringing"


async def test_what_arrives_is_said_to_be_read(gateway: Gateway) -> None:
    """From when it is chosen on, and through the death of the shard: nothing that is in the inbox is left out."""

    async def write(*said: str) -> list[str]:
        return [(await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text=each))["id"] for each in said]

    async def read() -> set[str]:
        receipts = (await control(gateway, f"/contacts/{OTHER}/receipts"))["receipts"]
        return {id_ for receipt in receipts if receipt["state"] == "read" for id_ in receipt["messageIds"]}

    before = await write("not to be read")
    await eventually(lambda: shown(gateway, before))
    await choose(gateway, autoRead=True)
    ids = await write("one", "two")
    kill_shard(gateway)
    killed_at = time.time()
    ids += await write("three")

    async def settled() -> set[str]:
        """Those of them that are in the inbox, once the others are known to be lost with the shard."""
        there = {message["id"] for message in await gateway.inbox("default")} & set(ids)
        fates = [await fate(gateway, id_, [killed_at]) for id_ in set(ids) - there]
        return there if all(in_the_gap for _, in_the_gap in fates) else set()

    there = await eventually(settled)

    async def all_read() -> bool:
        return there <= await read()

    await eventually(all_read)
    assert not set(before) & await read()
    await choose(gateway, autoRead=None)


async def test_a_change_while_its_shard_is_dead_counts(gateway: Gateway) -> None:
    """Whoever takes the session goes by it, whether or not the change heard of that."""
    kill_shard(gateway)
    changed = await gateway.call("PATCH", "/api/sessions/default/settings", json={"autoRead": True})
    assert changed["settings"]["autoRead"] is True

    async def read() -> bool:
        id_ = (await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text="while it was dead"))["id"]
        await eventually(lambda: shown(gateway, [id_]))
        receipts = (await control(gateway, f"/contacts/{OTHER}/receipts"))["receipts"]
        return any(id_ in receipt["messageIds"] for receipt in receipts if receipt["state"] == "read")

    await eventually(read)
    await choose(gateway, autoRead=None)


async def shown(gateway: Gateway, ids: list[str]) -> bool:
    """Whether the inbox has these."""
    return set(ids) <= {message["id"] for message in await gateway.inbox("default")}


async def test_it_is_there_as_long_as_it_is_connected(gateway: Gateway) -> None:
    """Not before that is chosen; through a lost connection and the death of the shard; no longer when it is over."""
    since = time.time()
    await gateway.control_post(f"/contacts/{OTHER}/follow", to=NUMBER)

    async def told(*wanted: str) -> None:
        found: list[str] = []

        async def look() -> bool:
            presence = (await control(gateway, f"/contacts/{OTHER}/presence"))["presence"]
            found[:] = [each["state"] for each in presence if each["at"] >= since and "available" in each["state"]]
            return found == list(wanted)

        try:
            await eventually(look)
        except TimeoutError:
            pytest.fail(f"the contact was told {found}, not {wanted}")

    await told("unavailable")
    await choose(gateway, alwaysOnline=True)
    seen = ["unavailable", "available"]
    await told(*seen)
    await gateway.control_post("/faults", kind="close", target=NUMBER)
    seen += ["unavailable", "available"]
    await told(*seen)
    kill_shard(gateway)
    seen += ["unavailable", "available"]
    await told(*seen)
    await choose(gateway, alwaysOnline=False)
    await told(*seen, "unavailable")


async def test_files_are_had_as_was_chosen(gateway: Gateway, tmp_path: Path) -> None:
    """Of the kinds and sizes that are wanted; the others say why not."""

    async def media(type_: str, size: int, state: str, reason: str | None) -> None:
        file = tmp_path / f"{type_}-{size}"
        file.write_bytes(b"x" * size)
        wanted = {"to": NUMBER, "type": type_, "path": str(file)}
        async with gateway.http.post(f"{gateway.control}/contacts/{OTHER}/send", json=wanted) as answer:
            id_ = (await answer.json())["id"]

        async def settled() -> dict[str, Any] | None:
            (found,) = [each["media"] for each in await gateway.inbox("default") if each["id"] == id_] or [None]
            return found if found and found["state"] != "fetching" else None

        found = await eventually(settled)
        assert (found["state"], found.get("reason")) == (state, reason)

    await choose(gateway, media={"kinds": ["document"], "maxSize": 1000})
    await media("image", 100, "gone", "not_kept")
    await media("document", 1001, "gone", "too_large")
    await media("document", 1000, "stored", None)
    await choose(gateway, media=None)
    await media("audio", 1001, "stored", None)


async def test_a_session_has_a_name_on_the_phone_and_words_of_its_key(gateway: Gateway) -> None:
    """The name when it is paired, while others are paired under theirs; the words wherever its status is told."""
    numbers = {"named": "628100000075", "other": "628100000076", "third": "628100000077"}
    for name in numbers:
        await gateway.call("POST", f"/api/sessions/{name}/start")
    await choose(gateway, "named", deviceName="Toko Sari", metadata={"shop": "17", "town": "Bandung"})
    await choose(gateway, "third", deviceName="Toko Dua")
    await asyncio.gather(*(gateway.log_in(name, number) for name, number in numbers.items()))
    names = [
        [device["name"] for device in (await control(gateway, f"/phones/{number}"))["devices"]]
        for number in numbers.values()
    ]
    assert names == [["Toko Sari"], ["wagate"], ["Toko Dua"]]
    await choose(gateway, "named", metadata={"town": None})
    status = await gateway.call("GET", "/api/status", params={"sessionId": "named"})
    assert status["metadata"] == {"shop": "17"}
    listed = (await gateway.call("GET", "/api/sessions"))["sessions"]
    assert {each["sessionId"]: each.get("metadata") for each in listed}["named"] == {"shop": "17"}
    assert "metadata" not in await gateway.call("GET", "/api/status", params={"sessionId": "other"})
    for wrong in ({"metadata": {"a b": "x"}}, {"metadata": {"a": 1}}, {"deviceName": ""}, {"metadata": "x"}):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await choose(gateway, "named", **wrong)
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await choose(gateway, "named", metadata={f"name{number}": "x" for number in range(20)})


async def test_a_shard_that_dies_while_a_message_is_written(gateway: Gateway) -> None:
    """The session was seen writing it, and nothing of it was sent: it is sent once, by the next shard."""
    since = time.time()
    said = {"number": OTHER, "message": "written while it died", "typing": 6}
    sending = asyncio.create_task(gateway.call("POST", "/api/send-message", json=said))

    async def writing() -> bool:
        presence = (await control(gateway, f"/contacts/{OTHER}/presence"))["presence"]
        return any(each["state"] == "composing" and each["at"] >= since for each in presence)

    await eventually(writing)
    kill_shard(gateway)
    answer = await sending

    async def sent() -> dict[str, Any] | None:
        row = await gateway.call("GET", f"/api/messages/{answer['id']}")
        return row if "sent" in row["times"] else None

    row = await eventually(sent)
    await gateway.call("POST", "/api/send-message", json={"number": OTHER, "message": "after it"})

    async def came() -> bool:
        return "after it" in await texts(gateway)

    await eventually(came)
    assert (await texts(gateway)).count("written while it died") == 1
    assert await gateway.senders_of(row["messageId"]) == [NUMBER]
