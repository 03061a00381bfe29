"""What the session posts in a newsletter of its own: HTTP, the gateway, the sandbox's WhatsApp, and who follows it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from session_host.whatsapp.library.neonize_client import E2eMessage
from tests.e2e.grouped import until
from tests.session_host.media.inputs import film, picture, sound
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

OWNER, FOLLOWER = fresh_number(), fresh_number()


@dataclass(slots=True)
class Channel:
    """A newsletter of the session `default`, which the session `follower` follows."""

    gateway: Gateway
    jid: str

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Have something posted; the answer."""
        return await self.gateway.call("POST", path, json={"number": self.jid, **body})

    async def there(self) -> list[dict[str, Any]]:
        """What WhatsApp holds of it, oldest first, with `protobuf`."""
        async with self.gateway.http.get(f"{self.gateway.control}/newsletters/{self.jid}") as answer:
            posts = (await answer.json())["posts"]
        return [post | {"protobuf": E2eMessage.FromString(base64.b64decode(post["body"]))} for post in posts]

    async def one(self, id_: str) -> dict[str, Any]:
        """One of them."""
        return next(post for post in await self.there() if post["id"] == id_)

    async def seen(self, id_: str) -> dict[str, Any]:
        """One of them in the follower's inbox, once it is there, with its file when it has one."""

        async def look() -> dict[str, Any] | None:
            found = [message for message in await self.gateway.inbox("follower") if message["id"] == id_]
            return next((each for each in found if each.get("media", {}).get("state", "stored") == "stored"), None)

        return await until(look)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channel(module_gateway: Gateway) -> Channel:
    """Both sessions, and the newsletter, for all of this module."""
    await module_gateway.log_in("default", OWNER)
    await module_gateway.log_in("follower", FOLLOWER)
    made = (await module_gateway.call("POST", "/api/newsletters", json={"name": "Sea"}))["newsletter"]
    await module_gateway.call("POST", f"/api/newsletters/{made['jid']}/follow", json={"sessionId": "follower"})
    return Channel(module_gateway, made["jid"])


async def test_a_text_is_posted_once_edited_and_deleted(channel: Channel) -> None:
    """With one Idempotency-Key once; what changes a post has its id, and the post is found by it afterwards."""
    headers = {"Idempotency-Key": "tide"}
    body = {"number": channel.jid, "message": "high tide"}
    sent = await channel.gateway.call("POST", "/api/send-message", json=body, headers=headers)
    assert await channel.gateway.call("POST", "/api/send-message", json=body, headers=headers) == sent
    assert [post["protobuf"].conversation for post in await channel.there() if post["id"] == sent["messageId"]] == [
        "high tide"
    ]
    seen = await channel.seen(sent["messageId"])
    assert (seen["chat"], seen["message"], seen["type"]) == (channel.jid, "high tide", "text")

    edited = await channel.post("/api/edit-message", messageId=sent["messageId"], text="low tide")
    assert edited["messageId"] == sent["messageId"]
    assert (await channel.one(sent["messageId"]))["protobuf"].conversation == "low tide"
    await channel.post("/api/edit-message", messageId=sent["messageId"], text="ebb")
    assert (await channel.one(sent["messageId"]))["protobuf"].conversation == "ebb"
    deleted = await channel.post("/api/delete-message", messageId=sent["id"])
    assert deleted["status"] == "sent"
    assert sent["messageId"] not in {post["id"] for post in await channel.there()}


@pytest.mark.parametrize(
    ("kind", "field", "media_type"),
    [
        ("image", "imageMessage", "image"),
        ("video", "videoMessage", "video"),
        ("document", "documentMessage", "document"),
        ("voice", "audioMessage", "ptt"),
        ("sticker", "stickerMessage", "sticker"),
    ],
)
async def test_files_are_posted_as_they_are(
    channel: Channel, tmp_path: Path, kind: str, field: str, media_type: str
) -> None:
    """Nothing of them is encrypted; whoever follows the newsletter gets the same bytes."""
    make = {"image": lambda f: picture().save(f), "sticker": lambda f: picture((512, 512), "RGBA").save(f),
            "video": film, "voice": sound, "document": lambda f: f.write_bytes(b"words")}  # fmt: skip
    name = {"image": "a.jpg", "sticker": "a.webp", "video": "a.mp4", "voice": "a.ogg", "document": "a.bin"}[kind]
    make[kind](tmp_path / name)
    said = base64.b64encode((tmp_path / name).read_bytes()).decode()
    sent = await channel.post(f"/api/send-{kind}", **{f"{kind}Base64": said})
    post = await channel.one(sent["messageId"])
    file = getattr(post["protobuf"], field)
    assert (post["type"], post["mediaType"]) == ("media", media_type)
    assert (file.mediaKey, file.fileEncSHA256, file.URL) == (b"", b"", "")
    assert file.directPath.startswith("/")
    seen = await channel.seen(sent["messageId"])
    assert seen["type"] == kind
    headers = {"X-API-Key": channel.gateway.key}
    async with channel.gateway.http.get(channel.gateway.url + seen["media"]["url"], headers=headers) as answer:
        assert hashlib.sha256(await answer.read()).digest() == file.fileSHA256


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("send-poll", {"question": "When?", "options": ["now", "later"]}),
        ("send-location", {"latitude": 1, "longitude": 2}),
        ("react-message", {"messageId": "3EB0", "emoji": "x"}),
        ("send-message", {"message": "a", "quotedId": "3EB0"}),
        ("send-message", {"message": "a", "mentions": ["628111111111"]}),
        ("send-message", {"message": "a", "typing": 1}),
        ("send-image", {"imageBase64": "aGFsbw==", "viewOnce": True}),
    ],
)
async def test_what_newsletters_do_not_have_is_refused_with_words(
    channel: Channel, path: str, said: dict[str, Any]
) -> None:
    """Before anything is fetched, stored or sent."""
    before = len(await channel.there())
    with pytest.raises(RuntimeError, match=r"CONTENT_UNFIT.*in newsletters"):
        await channel.post(f"/api/{path}", **said)
    assert len(await channel.there()) == before


async def test_who_may_not_post_is_told(channel: Channel) -> None:
    """One that only follows it; one that posts where no newsletter is."""
    body = {"sessionId": "follower", "number": channel.jid, "message": "spam"}
    with pytest.raises(RuntimeError, match="NEWSLETTER_NOT_ALLOWED"):
        await channel.gateway.call("POST", "/api/send-message", json=body)
    with pytest.raises(RuntimeError, match="NEWSLETTER_NOT_FOUND"):
        await channel.gateway.call("POST", "/api/send-message", json=body | {"number": "120363999999999999@newsletter"})
