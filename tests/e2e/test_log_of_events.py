"""Everything that happens comes to the log of events: done by people of the sandbox, read back from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio

from tests.e2e.grouped import ANI, ME, Grouped, grouped, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Grouped]:
    async with grouped(tmp_path_factory.mktemp("events") / "data") as all_of_them:
        yield all_of_them


async def told(talk: Grouped, kind: str, **holds: Any) -> dict[str, Any]:
    """The first event of a kind with these values, once it is in the log."""

    async def look() -> dict[str, Any] | None:
        events = [orjson.loads(each.event) for each in await talk.log.read(after=0, limit=10_000)]
        of_kind = (each for each in events if each["kind"] == kind)
        return next((each for each in of_kind if all(each[name] == value for name, value in holds.items())), None)

    return await until(look)


@pytest.mark.covers("event session_changed", "event message_received", "event receipt_received", client="neonize")
async def test_messages_receipts_and_the_session(talk: Grouped) -> None:
    """That it is connected, what comes, and that what was sent has come."""
    connected = await told(talk, "session_changed", status="connected")
    assert (connected["number"], connected["lid"].endswith("@lid")) == (ME, True)
    theirs = (await talk.gateway.control_post(f"/contacts/{ANI}/send", to=ME, text="hello"))["id"]
    came = await told(talk, "message_received", id=theirs)
    assert (came["from_number"], came["chat"], came["type"]) == (ANI, f"{ANI}@s.whatsapp.net", "text")
    sent = await talk.post("/api/send-message", number=ANI, message="hello yourself")
    delivered = await told(talk, "receipt_received", message_ids=[sent["messageId"]], state="delivered")
    assert delivered["from_number"] == ANI
    await talk.gateway.control_post(f"/contacts/{ANI}/read", messageId=sent["messageId"])
    assert (await told(talk, "receipt_received", message_ids=[sent["messageId"]], state="read"))["chat"] == came["chat"]


@pytest.mark.covers("event timer_set", client="neonize")
async def test_a_timer_of_a_chat(talk: Grouped) -> None:
    """Set on the other one's phone; told for both addresses of the chat."""
    await talk.gateway.control_post(f"/phones/{ANI}/disappear", chat=ME, seconds=86_400)
    timer = await told(talk, "timer_set", seconds=86_400)
    assert f"{ANI}@s.whatsapp.net" in timer["chats"]


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
    await talk.gateway.control_post(f"/contacts/{ANI}/send", to=ME, text="we have met")
    await talk.post("/api/get-presence", number=ANI)
    here = await told(talk, "presence_changed", state="available")
    assert (here["who"]["number"], here["who"]["lid"].endswith("@lid"), here["chat"]) == (ANI, True, None)
    for action, state in (("type", "composing"), ("record", "recording")):
        await talk.gateway.control_post(f"/contacts/{ANI}/{action}", to=ME)
        writes = await told(talk, "presence_changed", state=state)
        assert (writes["who"]["number"], writes["chat"]) == (ANI, f"{ANI}@s.whatsapp.net")
    await talk.gateway.control_post(f"/contacts/{ANI}/type", to=ME, off=True)
    await told(talk, "presence_changed", state="paused")
    await talk.post("/api/set-presence", type="unavailable")


@pytest.mark.covers("event contact_changed", client="neonize")
async def test_another_picture_of_somebody(talk: Grouped) -> None:
    """Shown, and removed, by somebody who has written to the session."""
    await talk.gateway.control_post(f"/contacts/{ANI}/send", to=ME, text="look at me")
    async with talk.gateway.http.put(f"{talk.gateway.control}/phones/{ANI}/picture", json={}) as shown:
        assert shown.status < 300
    changed = await told(talk, "contact_changed", removed=False)
    assert (changed["who"]["number"], changed["what"]) == (ANI, "picture")
    async with talk.gateway.http.delete(f"{talk.gateway.control}/phones/{ANI}/picture") as gone:
        assert gone.status < 300
    assert (await told(talk, "contact_changed", removed=True))["who"]["number"] == ANI


@pytest.mark.covers("event call_rang", "event call_ended", client="neonize")
async def test_calls(talk: Grouped) -> None:
    """One that rings, with a camera, and is given up."""
    call = await talk.gateway.control_post(f"/phones/{ANI}/calls", to=ME, video=True)
    rang = await told(talk, "call_rang", id=call["id"])
    assert (rang["caller"]["number"], rang["video"], rang["group"]) == (ANI, True, None)
    await talk.gateway.control_post(f"/phones/{ANI}/calls/{call['id']}/end")
    assert (await told(talk, "call_ended", id=call["id"]))["caller"]["number"] == ANI
