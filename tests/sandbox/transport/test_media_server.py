"""What a media server takes and gives over HTTP, whoever asks."""

import base64
import hashlib
import os

import pytest
from aiohttp.test_utils import TestClient, TestServer

from sandbox.app import build_network
from sandbox.media.media_file import token_of
from sandbox.observed.faults import Fault
from sandbox.settings import Settings
from sandbox.state.accounts import Device
from sandbox.state.prekeys import PreKey
from sandbox.state.storage import Store
from sandbox.transport.websocket import chat_application

ANNA = ("491700000001", 1)
BODY = os.urandom(160 + 10)  # ciphertext and MAC
TOKEN = token_of(hashlib.sha256(BODY).digest())


@pytest.fixture
def network(tmp_path):
    made = build_network(Settings(media_file_bytes=1000), Store(), tmp_path / "media")
    account = made.directory.add(ANNA[0])
    made.directory.link(account, Device(*ANNA, b"n" * 32, b"i" * 32, b"regi", PreKey(b"\0\0\1", b"p" * 32)))
    return made


@pytest.fixture
async def http(network):
    """A client of the network's media server."""
    async with TestClient(TestServer(chat_application(network))) as client:
        yield client


@pytest.fixture
def upload(http, network):
    """Upload as a client would, wrong in whatever is given."""

    async def post(type_="image", token=TOKEN, body=BODY, *, path="/mms", **query):
        query = {"auth": network.permits.auth(ANNA, 60), "token": token, **query}
        return await http.post(f"{path}/{type_}/{token}", params=query, data=body)

    return post


async def test_up_and_down(http, upload, network):
    """The answer's direct_path gives the bytes, whole and in part, with what neonize appends to it and without."""
    answer = await upload()
    kept = await answer.json()
    assert answer.status == 200
    assert kept["url"] == f"https://{answer.url.host}:{answer.url.port}{kept['direct_path']}&mms3=true"

    padded = base64.urlsafe_b64encode(hashlib.sha256(BODY).digest()).decode()
    for path in (kept["direct_path"], f"{kept['direct_path']}&hash={padded}&mms-type=image&__wa-mms="):
        assert await (await http.get(path)).read() == BODY
    part = await http.get(kept["direct_path"], headers={"Range": "bytes=10-19"})
    assert (part.status, await part.read()) == (206, BODY[10:20])
    file = network.media.find(TOKEN)
    assert (file.number, file.device, file.type, file.size, file.downloads) == (*ANNA, "image", len(BODY), 3)


@pytest.mark.parametrize("type_", ["image", "video", "audio", "document", "sticker-pack", "thumbnail-link"])
async def test_the_token_may_be_padded_or_not(upload, type_):
    """One client pads it (neonize), another does not (Baileys)."""
    assert (await upload(type_)).status == 200
    assert (await upload(type_, TOKEN + "=")).status == 200


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"auth": "forged"}, 401, "auth"),
        ({"auth": ""}, 401, "auth"),
        ({"type_": "hologram"}, 404, "type"),
        ({"type_": "newsletter-image"}, 404, "type"),
        ({"token": "short"}, 400, "token"),
        ({"token": "A" * 43}, 400, "SHA-256"),
        ({"body": BODY[:-1], "token": token_of(hashlib.sha256(BODY[:-1]).digest())}, 400, "blocks"),
        ({"body": b"x" * 1001}, 413, "1000"),
    ],
)
async def test_a_wrong_upload_is_refused(upload, network, wrong, status, words):
    """With its status, in words, in the journal, and without a trace on disk."""
    answer = await upload(**wrong)
    assert answer.status == status
    assert words in (await answer.json())["error"]
    (entry,) = network.journal.media.after(0)
    assert (entry.what, entry.status) == ("upload", status)
    assert words in entry.error
    assert network.media.all() == []


async def test_the_token_in_the_query_is_that_of_the_path(http, network):
    """An address that names two files is refused."""
    query = {"auth": network.permits.auth(ANNA, 60), "token": "A" * 43}
    assert (await http.post(f"/mms/image/{TOKEN}", params=query, data=BODY)).status == 400


async def test_an_unlinked_device_cannot_upload(upload, network):
    """Its right ends with it."""
    auth = network.permits.auth(ANNA, 60)
    network.directory.unlink(network.directory.find(ANNA[0]), 1)
    assert (await upload(auth=auth)).status == 403


async def test_newsletters_are_not_encrypted(http, upload):
    """They have a path of their own, and their bytes need not be whole blocks."""
    token = token_of(hashlib.sha256(b"plain").digest())
    answer = await upload("newsletter-image", token, b"plain", path="/newsletter")
    path = (await answer.json())["direct_path"]
    assert path.startswith("/m1/")
    assert await (await http.get(path)).read() == b"plain"


async def test_gone_files(http, upload, network):
    """403 for a path that was never handed out, 410 for a file that expired, 404 for one that was deleted."""
    path = (await (await upload()).json())["direct_path"]
    assert (await http.get(f"/v/t62.7118-24/{TOKEN}")).status == 403
    assert (await http.get(f"{path}&hash={'A' * 43}")).status == 400
    network.media.expire(network.media.find(TOKEN))
    assert (await http.get(path)).status == 410
    await upload()
    assert (await http.get(path)).status == 200
    auth = network.permits.auth(ANNA, 60)
    assert (await http.delete(f"/mms/image/{TOKEN}", params={"auth": auth, "token": TOKEN})).status == 200
    assert (await http.get(path)).status == 404
    assert [entry.status for entry in network.journal.media.by_id(TOKEN)] == [200, 403, 400, 410, 200, 200, 200, 404]


async def test_what_faults_do(http, upload, network):
    """A refusal has its code and how long to wait, a corrupt file one bit changed, a cut one half of its bytes."""
    path = (await (await upload()).json())["direct_path"]
    network.faults.add(Fault("download", remaining=1, mode="refuse", code=503, retry_after=7))
    network.faults.add(Fault("download", remaining=1, mode="corrupt"))
    network.faults.add(Fault("download", remaining=1, mode="cut"))
    network.faults.add(Fault("upload", remaining=1, mode="refuse", code=507))

    refused, corrupt = await http.get(path), await http.get(path)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "7")
    changed = [one ^ other for one, other in zip(await corrupt.read(), BODY, strict=True)]
    assert sorted(changed)[-2:] == [0, 1]
    cut = await http.get(path)
    assert cut.content_length == len(BODY)
    with pytest.raises(Exception, match=r"(?i)payload|reset|closed|disconnect"):
        await cut.read()
    assert (await upload()).status == 507
    assert [entry.fault for entry in network.journal.media.after(1)] == ["refuse", "corrupt", "cut", "refuse"]


async def test_files_that_never_end(http, upload, network):
    """A slow one comes a byte at a time, a short one is half of it, an endless one goes on behind the file."""
    path = (await (await upload()).json())["direct_path"]
    network.faults.add(Fault("download", remaining=1, mode="short"))
    network.faults.add(Fault("download", remaining=1, mode="slow", milliseconds=1))
    network.faults.add(Fault("download", remaining=1, mode="endless"))
    assert await (await http.get(path)).read() == BODY[: len(BODY) // 2]
    slow = await http.get(path)
    assert slow.content_length == len(BODY)
    first = await slow.content.readany()
    assert len(first) < len(BODY)
    assert first + await slow.read() == BODY
    endless = await http.get(path)
    assert endless.content_length is None
    assert await endless.content.readexactly(3 * len(BODY)) == 3 * BODY
    endless.close()
