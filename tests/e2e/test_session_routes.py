"""A session from its first code to its end, and its files: by every route that has to do with it."""

from __future__ import annotations

import base64
import io
from typing import Any
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from PIL import Image

from benchmarks.gateway import Gateway
from tests.e2e.grouped import until
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
NUMBER, OTHER = fresh_number(), fresh_number()
OF_FILES = fresh_number()
WORDS = "correct horse battery staple"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(module_gateway: Gateway) -> Gateway:
    await module_gateway.control_post("/contacts", number=OTHER)
    return module_gateway


async def came(gateway: Gateway, message_id: str) -> dict[str, Any]:
    """A message as the contact has it."""

    async def look() -> dict[str, Any] | None:
        found = (await gateway.control_get(f"/contacts/{OTHER}/messages"))["messages"]
        return next((each for each in found if each["id"] == message_id), None)

    return await until(look)


async def status(gateway: Gateway, name: str) -> dict[str, Any]:
    return await gateway.call("GET", "/api/status", params={"sessionId": name})


async def begun_anew(gateway: Gateway, name: str, order: str) -> None:
    """Start or restart a session, and return when it has connected again; its row may still say that it is."""
    before = (await status(gateway, name))["since"]
    await gateway.call("POST", f"/api/sessions/{name}/{order}")

    async def is_back() -> bool:
        now = await status(gateway, name)
        return now["connected"] and now["since"] > before

    await until(is_back)


async def say(gateway: Gateway, name: str) -> str:
    """Have a session write to the contact; WhatsApp's id of what came."""
    sent = await gateway.call("POST", "/api/send-message", json={"sessionId": name, "number": OTHER, "message": "here"})
    return (await came(gateway, sent["messageId"]))["from"]


@pytest.mark.covers(
    "POST /api/pair-code", "GET /api/status", "GET /api/sessions", "GET /api/check-number/{number}",
    "POST /api/sessions/{name}/stop", "POST /api/sessions/{name}/start", "POST /api/sessions/{name}/restart",
    "PATCH /api/sessions/{name}", "POST /api/sessions/{name}/export", "POST /api/sessions/{name}/import",
    "POST /api/sessions/{name}/logout", "DELETE /api/sessions/{name}", "GET /api/qr",
    client="neonize",
)  # fmt: skip
async def test_a_session_lives(gateway: Gateway) -> None:
    """Linked by a typed code, stopped, started, renamed, moved by a file, unlinked, linked by a picture, and gone.

    What it sends at each place is seen by the contact as of the same number.
    """
    await gateway.control_post("/phones", number=NUMBER)
    code = await gateway.call("POST", "/api/pair-code", json={"sessionId": "first", "number": NUMBER})
    await gateway.control_post(f"/phones/{NUMBER}/code", code=code["code"])
    await gateway.until_connected("first")
    assert (await status(gateway, "first"))["number"] == NUMBER
    checked = await gateway.call("GET", f"/api/check-number/{OTHER}", params={"sessionId": "first"})
    assert (checked["exists"], checked["jid"]) == (True, f"{OTHER}@s.whatsapp.net")
    writer = await say(gateway, "first")

    await gateway.call("POST", "/api/sessions/first/stop")
    assert not (await status(gateway, "first"))["connected"]
    await begun_anew(gateway, "first", "start")
    await begun_anew(gateway, "first", "restart")
    await gateway.call("PATCH", "/api/sessions/first", json={"sessionId": "second"})
    named = {each["sessionId"] for each in (await gateway.call("GET", "/api/sessions"))["sessions"]}
    assert named & {"first", "second"} == {"second"}
    assert await say(gateway, "second") == writer

    await gateway.call("POST", "/api/sessions/second/stop")
    asked = {"headers": {"Accept": "application/json"}, "json": {"passphrase": WORDS}}
    file = (await gateway.call("POST", "/api/sessions/second/export", **asked))["file"]
    moved = {"passphrase": WORDS, "file": file}
    await gateway.call("POST", "/api/sessions/moved/import", json=moved)
    await gateway.until_connected("moved")
    assert await say(gateway, "moved") == writer

    await gateway.call("POST", "/api/sessions/moved/logout")
    assert (await gateway.control_get(f"/phones/{NUMBER}"))["devices"] == []
    await gateway.log_in("moved", NUMBER)
    assert await say(gateway, "moved") == writer
    await gateway.call("DELETE", "/api/sessions/moved")
    assert (await status(gateway, "moved"))["status"] == "not_created"
    assert (await gateway.control_get(f"/phones/{NUMBER}"))["devices"] == []


@pytest.mark.covers(
    "POST /api/upload", "PUT /api/upload/{ticket}", "GET /api/media/{media_id}",
    "POST /api/incoming-messages/{message_id}/media", "GET /api/incoming-messages", "POST /api/clear-messages",
    "GET /api/messages/{message_id}", "GET /api/messages/{message_id}/receipts",
    client="neonize",
)  # fmt: skip
async def test_files_come_and_go(gateway: Gateway) -> None:
    """One that is brought to the address that was given for it, and sent; one that comes, is read, and cleared."""
    await gateway.log_in("files", OF_FILES)
    content = picture()
    about = {"fileName": "a.jpg", "mimetype": "image/jpeg", "size": len(content)}
    promised = await gateway.call("POST", "/api/upload", json=about)
    upload = promised["upload"]
    async with gateway.http.put(
        urljoin(gateway.url, upload["url"]), data=content, headers=upload["headers"]
    ) as brought:
        assert brought.status == 200, await brought.text()
    body = {"sessionId": "files", "number": OTHER, "mediaId": promised["file"]["id"]}
    sent = await gateway.call("POST", "/api/send-image", json=body)
    assert (await came(gateway, sent["messageId"]))["type"] == "image"

    async def delivered() -> bool:
        row = await gateway.call("GET", f"/api/messages/{sent['id']}")
        return "delivered" in row["times"]

    await until(delivered)
    [receipt] = (await gateway.call("GET", f"/api/messages/{sent['id']}/receipts"))["receipts"]
    assert receipt["number"] == OTHER

    file = {"type": "image", "base64": base64.b64encode(content).decode(), "mimetype": "image/jpeg"}
    await gateway.control_post(f"/contacts/{OTHER}/send", to=OF_FILES, **file)

    async def kept() -> dict[str, Any] | None:
        page = await gateway.call("GET", "/api/incoming-messages", params={"sessionId": "files"})
        return next((each for each in page["messages"] if each.get("media", {}).get("state") == "stored"), None)

    message = await until(kept)
    again = {"sessionId": "files", "chat": message["chat"]}
    told = await gateway.call("POST", f"/api/incoming-messages/{message['id']}/media", json=again)
    assert told["media"]["id"] == message["media"]["id"]
    media = f"{gateway.url}/api/media/{message['media']['id']}"
    async with gateway.http.get(media, headers={"X-API-Key": gateway.key}) as read:
        assert (read.status, await read.read()) == (200, content)
    await gateway.call("POST", "/api/clear-messages", json={"sessionId": "files"})
    assert await gateway.inbox("files") == []


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (320, 200), (20, 90, 160)).save(made, "JPEG")
    return made.getvalue()
