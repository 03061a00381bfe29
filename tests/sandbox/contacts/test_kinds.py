"""Every kind of message that a contact can send, from one contact to another."""

import base64
import hashlib
import io
import os

import httpx
import pytest
from PIL import Image


def picture(format_="JPEG", size=(64, 48), frames=1):
    drawn = io.BytesIO()
    pictures = [Image.effect_noise(size, 50 + number).convert("RGB") for number in range(frames)]
    pictures[0].save(drawn, format_, **({"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}))
    return drawn.getvalue()


FILES = {
    "image": (picture(), {"text": "look", "width": 1}, ("media", "image")),
    "video": (os.urandom(5000), {"text": "watch", "seconds": 3}, ("media", "video")),
    "gif": (os.urandom(5000), {}, ("media", "gif")),
    "video_note": (os.urandom(5000), {"seconds": 2}, ("text", "")),
    "audio": (os.urandom(5000), {"seconds": 4}, ("media", "audio")),
    "voice": (os.urandom(5000), {"seconds": 5}, ("media", "ptt")),
    "document": (os.urandom(200_000), {"fileName": "plan.pdf", "mimetype": "application/pdf"}, ("media", "document")),
    "sticker": (picture("WEBP", (512, 512), frames=3), {"animated": True}, ("media", "sticker")),
}


async def two(control: httpx.AsyncClient, new_number) -> tuple[str, str]:
    numbers = new_number(), new_number()
    for number in numbers:
        answer = await control.post("/contacts", json={"number": number})
        assert answer.status_code == 201, answer.text
    return numbers


async def send(control: httpx.AsyncClient, number: str, to: str, **said) -> dict:
    answer = await control.post(f"/contacts/{number}/send", json={"to": to, **said})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def arrived(control, until):
    """Wait for a message of a contact by its id, with its file if it has one, and return it."""

    async def wait(number, id_):
        async def there():
            for message in (await control.get(f"/contacts/{number}/messages")).json()["messages"]:
                if message["id"] == id_ and message.get("media", {}).get("state") != "fetching":
                    return message
            return None

        return await until(there)

    return wait


async def test_every_kind_with_a_file(control, new_number, arrived):
    """The receiver decrypts the very bytes, is told what the sender said, and the stanza is that of the kind."""
    one, other = await two(control, new_number)
    for type_, (content, said, stanza) in FILES.items():
        sent = await send(control, one, other, type=type_, base64=base64.b64encode(content).decode(), **said)
        got = await arrived(other, sent["id"])

        sha256 = hashlib.sha256(content).hexdigest()
        assert (got["type"], got["errors"], got["text"]) == (type_, [], said.get("text", "")), got
        media = got["media"]
        assert (media["state"], media["sha256"], media["size"]) == ("stored", sha256, len(content)), got
        assert media["token"] == sent["media"]["token"]
        assert media.get("fileName") == said.get("fileName")
        assert media.get("seconds") == said.get("seconds")
        file = await control.get(f"/contacts/{other}/messages/{sent['id']}/media")
        assert file.content == content
        (frame,) = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
        assert ((frame["type"], frame["mediatype"]), frame["errors"]) == (stanza, [])


async def test_pictures_are_looked_into(control, new_number, arrived):
    """Width, height and whether it moves are those of the file, whatever the sender said."""
    one, other = await two(control, new_number)
    for type_, expected in (("image", (64, 48, False)), ("sticker", (512, 512, True))):
        content = base64.b64encode(FILES[type_][0]).decode()
        sent = await send(control, one, other, type=type_, base64=content, width=7, height=7)
        media = (await arrived(other, sent["id"]))["media"]
        assert (media["width"], media["height"], media["animated"]) == expected


async def test_a_file_of_this_machine_or_of_an_address(control, new_number, arrived, tmp_path, addresses):
    """`path` and `url` are read by the contacts' process."""
    one, other = await two(control, new_number)
    (tmp_path / "file").write_bytes(b"of this machine")
    for source in ({"path": str(tmp_path / "file")}, {"url": f"{addresses.control}/health"}):
        sent = await send(control, one, other, type="document", **source)
        assert (await arrived(other, sent["id"]))["media"]["state"] == "stored"


async def test_wrapped_kinds_arrive_as_what_is_in_them(control, new_number, arrived):
    """A document with words and what is to be seen once travel in a wrapper."""
    one, other = await two(control, new_number)
    content = base64.b64encode(FILES["image"][0]).decode()
    document = await send(control, one, other, type="document", base64=content, text="read this")
    once = await send(control, one, other, type="image", base64=content, viewOnce=True)
    got = await arrived(other, document["id"])
    assert (got["type"], got["text"], got["errors"]) == ("document", "read this", [])
    got = await arrived(other, once["id"])
    assert (got["type"], got["media"]["viewOnce"], got["errors"]) == ("image", True, [])


async def test_an_answer_quotes(control, new_number, arrived):
    """With a text and with a file, the receiver is told which of its messages is meant; a location has no file."""
    one, other = await two(control, new_number)
    place = await send(control, one, other, type="location", latitude=-6.2, longitude=106.8, name="Monas")
    assert (await arrived(other, place["id"]))["type"] == "location"
    content = base64.b64encode(FILES["image"][0]).decode()
    for said in ({"text": "there?"}, {"type": "image", "base64": content}):
        answer = await send(control, other, one, quotedId=place["id"], **said)
        assert (await arrived(one, answer["id"]))["quotedId"] == place["id"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"type": "hologram"}, "none of text, image"),
        ({"type": "image"}, "one of url, base64 and path"),
        ({"type": "image", "base64": "AAAA", "path": "/etc/hostname"}, "one of url, base64 and path"),
        ({"type": "image", "base64": "not base64!"}, "cannot be read"),
        ({"type": "image", "path": "/nowhere"}, "cannot be read"),
        ({"type": "image", "url": "http://127.0.0.1:9/"}, "cannot be read"),
        ({"type": "sticker", "base64": "AAAA", "text": "words"}, "sticker has no text"),
        ({"text": "an answer", "quotedId": "NEVER"}, "no message NEVER"),
    ],
)
async def test_what_makes_no_sense_is_refused(control, new_number, said, words):
    """In words, and nothing is sent."""
    one, other = await two(control, new_number)
    answer = await control.post(f"/contacts/{one}/send", json={"to": other, **said})
    assert answer.status_code == 409, answer.text
    assert words in answer.json()["error"]
    assert (await control.get("/frames", params={"from": one, "count": ""})).json()["count"] == 0


async def test_a_file_that_cannot_be_had(control, new_number, arrived):
    """The message is shown without it, and why; when the servers have it again, asking for it gets it."""
    one, other = await two(control, new_number)
    fault = await control.post("/faults", json={"kind": "download", "mode": "refuse", "code": 500, "target": one})
    content = FILES["image"][0]
    sent = await send(control, one, other, type="image", base64=base64.b64encode(content).decode())
    media = (await arrived(other, sent["id"]))["media"]
    assert (media["state"], "500" in media["reason"]) == ("gone", True)
    address = f"/contacts/{other}/messages/{sent['id']}/media"
    assert (await control.get(address)).status_code == 409

    await control.delete(f"/faults/{fault.json()['id']}")
    assert (await control.get(address)).content == content
    assert (await arrived(other, sent["id"]))["media"]["state"] == "stored"
