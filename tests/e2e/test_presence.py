"""Who is there and who is writing: from HTTP to what the contact's client is told, and the other way."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> Talk:
    """A session and a contact with a real client; they have talked."""
    return await Talk.acquainted(module_gateway)


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds once it finds something."""
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


THERE = {"available", "unavailable"}
WRITES = {"composing", "recording", "paused"}


async def told(talk: Talk, since: float, states: set[str]) -> list[str]:
    """What of these the contact was told of the session since then."""
    async with talk.gateway.http.get(f"{talk.gateway.control}/contacts/{talk.other}/presence") as answer:
        presence = (await answer.json())["presence"]
    return [each["state"] for each in presence if each["at"] >= since and each["state"] in states]


async def done(talk: Talk, path: str, not_yet: str, **body: str) -> bool:
    """Whether it was done; else it is too early for it, and the answer says so."""
    async with talk.gateway.http.post(
        talk.gateway.url + path, json=body, headers={"X-API-Key": talk.gateway.key}
    ) as answer:
        told = await answer.json()
    assert (answer.status, told.get("code")) in {(200, None), (409, not_yet)}
    return answer.status == 200


async def available(talk: Talk, *, kind: str = "available") -> None:
    """Be seen so, as soon as the phone has told the session its name."""

    async def said() -> bool:
        return await done(talk, "/api/set-presence", "NO_PUSH_NAME", type=kind)

    await eventually(said)


async def until_told(talk: Talk, since: float, wanted: list[str], states: set[str] = THERE) -> None:
    """Return when the contact was told exactly this since then, of what these tell."""
    found: list[str] = []

    async def look() -> bool:
        found[:] = await told(talk, since, states)
        return found == wanted

    try:
        await eventually(look)
    except TimeoutError:
        pytest.fail(f"the contact was told {found}, not {wanted}")


@pytest.mark.covers("POST /api/set-presence", client="neonize")
async def test_the_session_comes_and_goes_and_comes_back(talk: Talk):
    """Who follows it is told; after its connection was lost it says again that it is there."""
    await available(talk, kind="unavailable")
    since = time.time()
    await talk.gateway.control_post(f"/contacts/{talk.other}/follow", to=talk.number)
    await until_told(talk, since, ["unavailable"])
    await available(talk)
    await until_told(talk, since, ["unavailable", "available"])
    await talk.gateway.control_post("/faults", kind="close", target=talk.number)
    seen = ["unavailable", "available", "unavailable", "available"]
    await until_told(talk, since, seen)
    await available(talk, kind="unavailable")
    await until_told(talk, since, [*seen, "unavailable"])


@pytest.mark.covers("POST /api/get-presence", client="neonize")
async def test_others_come_and_go(talk: Talk):
    """WhatsApp says nothing to a session that is not available; then how they are, and when they were last there."""
    await available(talk)

    async def there() -> dict[str, Any] | None:
        """The first answer is given within 2 s, whatever WhatsApp has said by then."""
        found = await talk.gateway.call("POST", "/api/get-presence", json={"number": talk.other})
        return found if found["presence"] == "available" else None

    here = await eventually(there)
    assert (here["number"], here["lastSeen"]) == (talk.other, None)
    async with talk.gateway.http.post(
        f"{talk.gateway.control}/contacts/{talk.other}/online", json={"off": True}
    ) as gone:
        assert gone.status == 200

    async def away() -> dict[str, Any] | None:
        found = await talk.gateway.call("POST", "/api/get-presence", json={"number": talk.other})
        return found if found["presence"] == "unavailable" else None

    assert (await eventually(away))["lastSeen"] is not None
    await talk.gateway.control_post(f"/contacts/{talk.other}/online")
    await talk.gateway.control_post(f"/contacts/{talk.other}/record", to=talk.number)

    async def records() -> bool:
        return (await talk.gateway.call("POST", "/api/get-presence", json={"number": talk.other}))[
            "typing"
        ] == "recording"

    await eventually(records)
    await available(talk, kind="unavailable")
    nobody = await talk.gateway.call("POST", "/api/get-presence", json={"number": "628999999962"})
    assert (nobody["presence"], nobody["at"]) == ("unknown", None)


@pytest.mark.covers("POST /api/send-typing", "POST /api/send-recording", client="neonize")
async def test_writing_is_seen_and_ends_by_itself(talk: Talk):
    """Typing ends after its seconds, recording when that is said."""
    since = time.time()
    await talk.gateway.call("POST", "/api/send-typing", json={"number": talk.other, "seconds": 1})
    await until_told(talk, since, ["composing", "paused"], WRITES)
    await talk.gateway.call("POST", "/api/send-recording", json={"number": talk.other})
    await talk.gateway.call("POST", "/api/send-recording", json={"number": talk.other, "isRecording": False})
    await until_told(talk, since, ["composing", "paused", "recording", "paused"], WRITES)


async def test_a_message_is_seen_being_written_first(talk: Talk):
    """It comes after its seconds, once; a message to another chat, asked for later, does not wait."""
    [sink] = await talk.gateway.sinks(1)
    since, order = time.time(), []

    async def send(name: str, **body: Any) -> dict[str, Any]:
        answer = await talk.gateway.call("POST", "/api/send-message", json={"message": name, **body})
        order.append(name)
        return answer

    slow = asyncio.create_task(send("slow", number=talk.other, typing=6))
    await eventually(lambda: told(talk, since, {"composing"}))
    await send("quick", number=sink)
    assert (await slow)["status"] == "sent"
    assert order == ["quick", "slow"]

    async def came() -> list[str]:
        async with talk.gateway.http.get(f"{talk.gateway.control}/contacts/{talk.other}/messages") as answer:
            return [each["id"] for each in (await answer.json())["messages"] if each["text"] == "slow"]

    assert await eventually(came) == [(await slow)["messageId"]]
    for wrong in (0, 21, "2"):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await send("wrong", number=talk.other, typing=wrong)


@pytest.mark.covers("POST /api/update-profile-name", client="neonize")
async def test_the_session_calls_itself_something(talk: Talk):
    """What it sends afterwards carries the name; the phone has it too."""

    async def named() -> bool:
        return await done(talk, "/api/update-profile-name", "NO_APP_STATE", name="Toko Baru")

    await eventually(named)

    async def known() -> bool:
        async with talk.gateway.http.get(f"{talk.gateway.control}/phones/{talk.number}") as answer:
            return (await answer.json())["name"] == "Toko Baru"

    await eventually(known)
    for wrong in ("", "  ", "x" * 26, "a\0b"):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await talk.gateway.call("POST", "/api/update-profile-name", json={"name": wrong})
