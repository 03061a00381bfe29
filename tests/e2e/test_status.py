"""Status updates, all the way: HTTP, the gateway, the sandbox's WhatsApp, and who may see them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import until
from tests.session_host.media.inputs import picture, sound
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

ME, FRIEND, STRANGER = fresh_number(), fresh_number(), fresh_number()
STATUS = "status@broadcast"


@dataclass(slots=True)
class Shown:
    """A session whose phone has saved a friend, and a stranger."""

    gateway: Gateway

    async def post(self, *, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
        """Post something; the answer."""
        return await self.gateway.call("POST", "/api/status-updates", json=body, headers=headers)

    async def got(self, who: str) -> list[dict[str, Any]]:
        """The status updates that a contact has, whatever became of them."""
        async with self.gateway.http.get(f"{self.gateway.control}/contacts/{who}/messages?all") as answer:
            return [message for message in (await answer.json())["messages"] if message["chat"] == STATUS]

    async def seen(self, sent: dict[str, Any], who: str = FRIEND) -> dict[str, Any]:
        """One of them, once it is there."""

        async def look() -> dict[str, Any] | None:
            return next((each for each in await self.got(who) if each["id"] == sent["messageId"]), None)

        return await until(look)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(module_gateway: Gateway) -> Shown:
    """All of them, for all of this module."""
    await module_gateway.log_in("default", ME)
    for contact in (FRIEND, STRANGER):
        await module_gateway.control_post("/contacts", number=contact)
    all_of_it = Shown(module_gateway)
    # Before anybody is saved: the library would post it to nobody and say that it did.
    with pytest.raises(RuntimeError, match="NOBODY_TO_SEE"):
        await all_of_it.post(text="hello?")
    await module_gateway.control_post(f"/phones/{ME}/contacts", number=FRIEND, name="Ani")

    async def known() -> bool:
        return bool((await module_gateway.call("GET", "/api/status-updates/audience"))["people"])

    await until(known)
    return all_of_it


@pytest.mark.covers(
    "POST /api/status-updates", "GET /api/status-updates/audience", "DELETE /api/status-updates/{message_id}",
    client="neonize",
)  # fmt: skip
async def test_a_text_is_seen_by_who_is_saved_and_deleted(shown: Shown) -> None:
    """With its colours; once for one Idempotency-Key; who read it is told; a stranger sees nothing of it."""
    headers, text = {"Idempotency-Key": "open"}, {"text": "open today", "backgroundColor": "#128C7E", "font": "bold"}
    sent = await shown.post(headers=headers, **text)
    assert await shown.post(headers=headers, **text) == sent
    seen = await shown.seen(sent)
    told = seen["message"]["extendedTextMessage"]
    assert (told["text"], told["backgroundArgb"], told["font"]) == ("open today", 0xFF128C7E, "SYSTEM_BOLD")
    await shown.gateway.control_post(f"/contacts/{FRIEND}/read", messageId=sent["messageId"])

    async def read() -> dict[str, Any] | None:
        answer = await shown.gateway.call("GET", f"/api/messages/{sent['id']}/receipts")
        return next((person for person in answer["receipts"] if person["read"]), None)

    assert (await until(read))["number"] == FRIEND
    audience = await shown.gateway.call("GET", "/api/status-updates/audience")
    assert (audience["who"], audience["people"]) == ("contacts", 1)

    await shown.gateway.call("DELETE", f"/api/status-updates/{sent['id']}")

    async def deleted() -> bool:
        return any(each.get("deleted") for each in await shown.got(FRIEND) if each["id"] == sent["messageId"])

    await until(deleted)
    assert len([each for each in await shown.got(FRIEND) if each["id"] == sent["messageId"]]) == 1
    assert await shown.got(STRANGER) == []


async def test_pictures_and_voice_notes(shown: Shown, tmp_path: Path) -> None:
    """Of what their bytes are; in JSON, in a form, and by the route of every picture."""
    form = aiohttp.FormData({"caption": "In a form"})
    picture().save(tmp_path / "a.jpg")
    said = base64.b64encode((tmp_path / "a.jpg").read_bytes()).decode()
    seen = await shown.seen(await shown.post(mediaBase64=said, caption="Halo"))
    assert (seen["type"], seen["text"], seen["media"]["mimetype"]) == ("image", "Halo", "image/jpeg")
    sent = await shown.gateway.call("POST", "/api/send-image", json={"number": STATUS, "imageBase64": said})
    assert (await shown.seen(sent))["type"] == "image"
    form.add_field("file", (tmp_path / "a.jpg").read_bytes(), filename="a.jpg")
    sent = await shown.gateway.call("POST", "/api/status-updates", data=form)
    assert (await shown.seen(sent))["text"] == "In a form"
    voice = base64.b64encode(sound(tmp_path / "a.ogg").read_bytes()).decode()
    assert (await shown.seen(await shown.post(mediaBase64=voice)))["type"] == "voice"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "BAD_REQUEST"),
        ({"text": " "}, "BAD_REQUEST"),
        ({"text": "a", "mediaUrl": "https://a.example/b"}, "BAD_REQUEST"),
        ({"text": "a", "backgroundColor": "green"}, "BAD_REQUEST"),
        ({"mediaBase64": "aGFsbw==", "font": "bold"}, "BAD_REQUEST"),
        ({"text": "a", "recipients": [FRIEND]}, "NOT_SUPPORTED"),
    ],
)
async def test_what_is_no_status_update_is_refused(shown: Shown, said: dict[str, Any], code: str) -> None:
    """With words, before anything is stored or sent."""
    with pytest.raises(RuntimeError, match=code):
        await shown.post(**said)


async def test_other_kinds_are_refused(shown: Shown) -> None:
    """WhatsApp has no polls among status posts, and no quotes."""
    refused: list[tuple[str, dict[str, Any]]] = [
        ("send-poll", {"question": "When?", "options": ["a", "b"]}),
        ("send-location", {"latitude": 1, "longitude": 2}),
        ("send-message", {"message": "a", "quotedId": "3EB0"}),
    ]
    for path, said in refused:
        with pytest.raises(RuntimeError, match=r"CONTENT_UNFIT.*among status posts"):
            await shown.gateway.call("POST", f"/api/{path}", json={"number": STATUS, **said})


async def test_somebody_elses_comes_to_the_inbox(shown: Shown) -> None:
    """As a message of the chat `status@broadcast`, with who posted it."""
    await shown.gateway.control_post(f"/phones/{FRIEND}/contacts", number=ME, name="Sari")
    await shown.gateway.control_post(f"/phones/{FRIEND}/send", chat=STATUS, text="closed")

    async def look() -> dict[str, Any] | None:
        posts = (await shown.gateway.call("GET", "/api/incoming-messages?status=true"))["messages"]
        return next(iter(posts), None)

    found = await until(look)
    assert (found["from"], found["message"]) == (FRIEND, "closed")
