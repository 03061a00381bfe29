"""Everything that happens comes to the log of events: done by people of the sandbox, read back from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import Grouped, grouped, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> AsyncIterator[Grouped]:
    async with grouped(module_gateway) as all_of_them:
        yield all_of_them


async def told(talk: Grouped, kind: str, **holds: Any) -> dict[str, Any]:
    """The first event of a kind with these values, once it is in the log."""

    async def look() -> dict[str, Any] | None:
        of_kind = (each for each in await talk.events() if each["kind"] == kind)
        return next((each for each in of_kind if all(each[name] == value for name, value in holds.items())), None)

    return await until(look)


async def met(talk: Grouped, text: str) -> None:
    """Have the contact write, and let that be in the log: from then on its number is known."""
    said = await talk.gateway.control_post(f"/contacts/{talk.ani}/send", to=talk.me, text=text)
    await told(talk, "message_received", id=said["id"])


@pytest.mark.covers("event session_changed", "event message_received", "event receipt_received", client="neonize")
async def test_messages_receipts_and_the_session(talk: Grouped) -> None:
    """That it is connected, what comes, and that what was sent has come."""
    connected = await told(talk, "session_changed", status="connected")
    assert (connected["number"], connected["lid"].endswith("@lid")) == (talk.me, True)
    theirs = (await talk.gateway.control_post(f"/contacts/{talk.ani}/send", to=talk.me, text="hello"))["id"]
    came = await told(talk, "message_received", id=theirs)
    assert (came["from_number"], came["chat"], came["type"]) == (talk.ani, f"{talk.ani}@s.whatsapp.net", "text")
    sent = await talk.post("/api/send-message", number=talk.ani, message="hello yourself")
    delivered = await told(talk, "receipt_received", message_ids=[sent["messageId"]], state="delivered")
    assert delivered["from_number"] == talk.ani
    await talk.gateway.control_post(f"/contacts/{talk.ani}/read", messageId=sent["messageId"])
    assert (await told(talk, "receipt_received", message_ids=[sent["messageId"]], state="read"))["chat"] == came["chat"]


@pytest.mark.covers("event timer_set", client="neonize")
async def test_a_timer_of_a_chat(talk: Grouped) -> None:
    """Set on the other one's phone; told for both addresses of the chat."""
    await talk.gateway.control_post(f"/phones/{talk.ani}/disappear", chat=talk.me, seconds=86_400)
    timer = await told(talk, "timer_set", seconds=86_400)
    assert f"{talk.ani}@s.whatsapp.net" in timer["chats"]


@pytest.mark.covers("event presence_changed", client="neonize")
async def test_who_comes_and_writes(talk: Grouped) -> None:
    """Of somebody who is followed; writing is told with the chat. Each with number and LID."""

    async def available() -> bool:
        try:
            await talk.post("/api/set-presence", type="available")
        except RuntimeError as error:
            assert "NO_PUSH_NAME" in str(error)  # noqa: PT017 - the phone has not told its name yet
            return False
        return True

    await until(available)
    await met(talk, "we have met")
    await talk.post("/api/get-presence", number=talk.ani)
    here = await told(talk, "presence_changed", state="available")
    assert (here["who"]["number"], here["who"]["lid"].endswith("@lid"), here["chat"]) == (talk.ani, True, None)
    for action, state in (("type", "composing"), ("record", "recording")):
        await talk.gateway.control_post(f"/contacts/{talk.ani}/{action}", to=talk.me)
        writes = await told(talk, "presence_changed", state=state)
        assert (writes["who"]["number"], writes["chat"]) == (talk.ani, f"{talk.ani}@s.whatsapp.net")
    await talk.gateway.control_post(f"/contacts/{talk.ani}/type", to=talk.me, off=True)
    await told(talk, "presence_changed", state="paused")
    await talk.post("/api/set-presence", type="unavailable")


@pytest.mark.covers("event contact_changed", client="neonize")
async def test_another_picture_of_somebody(talk: Grouped) -> None:
    """Shown, and removed, by somebody who has written to the session."""
    await met(talk, "look at me")
    async with talk.gateway.http.put(f"{talk.gateway.control}/phones/{talk.ani}/picture", json={}) as shown:
        assert shown.status < 300
    changed = await told(talk, "contact_changed", removed=False)
    assert (changed["who"]["number"], changed["what"]) == (talk.ani, "picture")
    async with talk.gateway.http.delete(f"{talk.gateway.control}/phones/{talk.ani}/picture") as gone:
        assert gone.status < 300
    assert (await told(talk, "contact_changed", removed=True))["who"]["number"] == talk.ani


@pytest.mark.covers("event call_rang", "event call_ended", client="neonize")
async def test_calls(talk: Grouped) -> None:
    """One that rings, with a camera, and is given up; by somebody who has written, so that the number is known."""
    await met(talk, "I am going to call")
    call = await talk.gateway.control_post(f"/phones/{talk.ani}/calls", to=talk.me, video=True)
    rang = await told(talk, "call_rang", id=call["id"])
    assert (rang["caller"]["number"], rang["video"], rang["group"]) == (talk.ani, True, None)
    await talk.gateway.control_post(f"/phones/{talk.ani}/calls/{call['id']}/end")
    assert (await told(talk, "call_ended", id=call["id"]))["caller"]["number"] == talk.ani
