"""Who is there and who is writing: from HTTP to what the contact's client is told, and the other way."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.talking import acquainted

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
NUMBER, OTHER = "628100000062", "629000000062"
_WITHIN = 15.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory) -> AsyncIterator[Gateway]:
    """A gateway with the session `default` of NUMBER, and the contact OTHER with a real client; they have talked."""
    async with acquainted(tmp_path_factory.mktemp("presence") / "data", NUMBER, OTHER) as gateway:
        yield gateway


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds once it finds something."""
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


async def told(gateway: Gateway, since: float) -> list[str]:
    """What the contact was told of the session since then."""
    async with gateway.http.get(f"{gateway.control}/contacts/{OTHER}/presence") as answer:
        return [each["state"] for each in (await answer.json())["presence"] if each["at"] >= since]


async def done(gateway: Gateway, path: str, not_yet: str, **body: str) -> bool:
    """Whether it was done; else it is too early for it, and the answer says so."""
    async with gateway.http.post(gateway.url + path, json=body, headers={"X-API-Key": gateway.key}) as answer:
        told = await answer.json()
    assert (answer.status, told.get("code")) in {(200, None), (409, not_yet)}
    return answer.status == 200


async def available(gateway: Gateway, *, kind: str = "available") -> None:
    """Be seen so, as soon as the phone has told the session its name."""

    async def said() -> bool:
        return await done(gateway, "/api/set-presence", "NO_PUSH_NAME", type=kind)

    await eventually(said)


async def until_told(gateway: Gateway, since: float, wanted: list[str]) -> None:
    """Return when the contact was told exactly this since then."""
    found: list[str] = []

    async def look() -> bool:
        found[:] = await told(gateway, since)
        return found == wanted

    try:
        await eventually(look)
    except TimeoutError:
        pytest.fail(f"the contact was told {found}, not {wanted}")


@pytest.mark.covers("POST /api/set-presence", client="neonize")
async def test_the_session_comes_and_goes_and_comes_back(gateway: Gateway):
    """Who follows it is told; after its connection was lost it says again that it is there."""
    await available(gateway, kind="unavailable")
    since = time.time()
    await gateway.control_post(f"/contacts/{OTHER}/follow", to=NUMBER)
    await until_told(gateway, since, ["unavailable"])
    await available(gateway)
    await until_told(gateway, since, ["unavailable", "available"])
    await gateway.control_post("/faults", kind="close", target=NUMBER)
    await until_told(gateway, since, ["unavailable", "available", "unavailable", "available"])
    await available(gateway, kind="unavailable")


@pytest.mark.covers("POST /api/get-presence", client="neonize")
async def test_others_come_and_go(gateway: Gateway):
    """WhatsApp says nothing to a session that is not available; then how they are, and when they were last there."""
    await available(gateway)
    here = await gateway.call("POST", "/api/get-presence", json={"number": OTHER})
    assert (here["number"], here["presence"], here["lastSeen"]) == (OTHER, "available", None)
    async with gateway.http.post(f"{gateway.control}/contacts/{OTHER}/online", json={"off": True}) as gone:
        assert gone.status == 200

    async def away() -> dict[str, Any] | None:
        found = await gateway.call("POST", "/api/get-presence", json={"number": OTHER})
        return found if found["presence"] == "unavailable" else None

    assert (await eventually(away))["lastSeen"] is not None
    await gateway.control_post(f"/contacts/{OTHER}/online")
    await gateway.control_post(f"/contacts/{OTHER}/record", to=NUMBER)

    async def records() -> bool:
        return (await gateway.call("POST", "/api/get-presence", json={"number": OTHER}))["typing"] == "recording"

    await eventually(records)
    await available(gateway, kind="unavailable")
    nobody = await gateway.call("POST", "/api/get-presence", json={"number": "628999999962"})
    assert (nobody["presence"], nobody["at"]) == ("unknown", None)


@pytest.mark.covers("POST /api/send-typing", "POST /api/send-recording", client="neonize")
async def test_writing_is_seen_and_ends_by_itself(gateway: Gateway):
    """Typing ends after its seconds, recording when that is said."""
    since = time.time()
    await gateway.call("POST", "/api/send-typing", json={"number": OTHER, "seconds": 1})
    await until_told(gateway, since, ["composing", "paused"])
    await gateway.call("POST", "/api/send-recording", json={"number": OTHER})
    await gateway.call("POST", "/api/send-recording", json={"number": OTHER, "isRecording": False})
    await until_told(gateway, since, ["composing", "paused", "recording", "paused"])


async def test_a_message_is_seen_being_written_first(gateway: Gateway):
    """It comes after its seconds, once; a message to another chat, asked for later, does not wait."""
    [sink] = await gateway.sinks(1)
    since, order = time.time(), []

    async def send(name: str, **body: Any) -> dict[str, Any]:
        answer = await gateway.call("POST", "/api/send-message", json={"message": name, **body})
        order.append(name)
        return answer

    slow = asyncio.create_task(send("slow", number=OTHER, typing=2))
    await until_told(gateway, since, ["composing"])
    await send("quick", number=sink)
    assert (await slow)["status"] == "sent"
    assert order == ["quick", "slow"]

    async def came() -> list[str]:
        async with gateway.http.get(f"{gateway.control}/contacts/{OTHER}/messages") as answer:
            return [each["id"] for each in (await answer.json())["messages"] if each["text"] == "slow"]

    assert await eventually(came) == [(await slow)["messageId"]]
    for wrong in (0, 21, "2"):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await send("wrong", number=OTHER, typing=wrong)


@pytest.mark.covers("POST /api/update-profile-name", client="neonize")
async def test_the_session_calls_itself_something(gateway: Gateway):
    """What it sends afterwards carries the name; the phone has it too."""

    async def named() -> bool:
        return await done(gateway, "/api/update-profile-name", "NO_APP_STATE", name="Toko Baru")

    await eventually(named)

    async def known() -> bool:
        async with gateway.http.get(f"{gateway.control}/phones/{NUMBER}") as answer:
            return (await answer.json())["name"] == "Toko Baru"

    await eventually(known)
    for wrong in ("", "  ", "x" * 26, "a\0b"):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await gateway.call("POST", "/api/update-profile-name", json={"name": wrong})
