"""Files between unmodified neonize clients: uploaded, sent, downloaded, and what they make of servers that fail."""

import hashlib
import os

import httpx
import pytest

from cli.gateway.ports import free_port


@pytest.fixture
def picture(tmp_path):
    """A file of a megabyte, and its SHA-256."""
    path = tmp_path / "picture"
    path.write_bytes(os.urandom(1 << 20))
    return str(path), hashlib.sha256(path.read_bytes()).hexdigest()


async def fault(control, **fields):
    answer = await control.post("/faults", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def requests(control, number):
    """What the media servers were asked about files of this number."""
    said = (await control.get("/media/requests")).json()["requests"]
    return [entry for entry in said if entry["number"] == number]


async def test_a_file_reaches_the_receiver_unchanged(link, control, picture):
    """The receiver decrypts the very bytes; on the server lie the encrypted ones, under their hash."""
    path, sha256 = picture
    anna, ben = await link(), await link()

    sent = await anna.do("send_file", to=ben.number, path=path)
    got = await ben.hear("Message")
    assert got["id"] == sent["id"]
    assert (await ben.do("download", message=got["id"]))["sha256"] == sha256

    (frame,) = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
    assert (frame["type"], frame["mediatype"], frame["errors"]) == ("media", "image", [])
    (file,) = (await control.get("/media", params={"number": anna.number})).json()["files"]
    assert (file["type"], file["downloads"], file["expired"]) == ("image", 1, False)
    assert file["size"] == (1 << 20) + 16 + 10
    asked = await requests(control, anna.number)
    assert [(entry["what"], entry["status"], entry["host"]) for entry in asked] == [
        ("upload", 200, "mmg.whatsapp.net"),
        ("download", 200, "mmg.whatsapp.net"),
    ]


@pytest.mark.parametrize("code", [401, 500, 507])
async def test_a_refused_upload_fails(link, control, picture, code):
    """It is not tried again, nothing is kept, and the next one goes through."""
    anna, ben = await link(), await link()
    await fault(control, kind="upload", mode="refuse", code=code, count=1, target=anna.number)
    assert str(code) in (await anna.do("send_file", to=ben.number, path=picture[0]))["error"]
    assert (await control.get("/media", params={"number": anna.number})).json()["files"] == []
    assert "id" in await anna.do("send_file", to=ben.number, path=picture[0])


async def test_no_right_to_upload(link, control, picture):
    """When WhatsApp names no hosts, there is no upload."""
    anna, ben = await link(), await link()
    await fault(control, kind="media_conn", code=503, count=1, target=anna.number)
    assert "503" in (await anna.do("send_file", to=ben.number, path=picture[0]))["error"]


async def test_an_upload_without_an_answer_holds_nothing_else_up(link, control, picture, until):
    """It hangs until the connection ends, while texts go on."""
    anna, ben = await link(), await link()
    await fault(control, kind="upload", mode="hang", count=1, target=anna.number)
    asked = await anna.ask("send_file", to=ben.number, path=picture[0])

    async def hangs():
        return [entry for entry in await requests(control, anna.number) if entry["fault"] == "hang"]

    (entry,) = await until(hangs)
    assert entry["status"] == 0
    assert "id" in await anna.do("send", to=ben.number, text="meanwhile")
    assert all(answer["command"] != asked for answer in anna.heard("Answer"))


async def test_an_upload_that_is_cut(link, control, picture):
    """The connection drops after the bytes, before the answer: the upload fails."""
    anna, ben = await link(), await link()
    await fault(control, kind="upload", mode="cut", count=1, target=anna.number)
    assert "error" in await anna.do("send_file", to=ben.number, path=picture[0])


@pytest.mark.parametrize(
    "wrong", [{"mode": "refuse", "code": 500}, {"mode": "cut"}, {"mode": "corrupt"}], ids=lambda wrong: wrong["mode"]
)
async def test_the_other_host_is_asked(link, control, picture, wrong):
    """After a failure of the first, the file comes from the second; when both fail, not at all."""
    path, sha256 = picture
    anna, ben = await link(), await link()
    await anna.do("send_file", to=ben.number, path=path)
    message = (await ben.hear("Message"))["id"]

    await fault(control, kind="download", target=anna.number, count=1, **wrong)
    assert (await ben.do("download", message=message)).get("sha256") == sha256
    first, second = (entry for entry in await requests(control, anna.number) if entry["what"] == "download")
    assert (first["fault"], second["fault"]) == (wrong["mode"], "")
    assert first["host"] != second["host"]
    assert second["host"].endswith(".cdn.whatsapp.net")

    lasting = await fault(control, kind="download", target=anna.number, until_cleared=True, **wrong)
    assert "error" in await ben.do("download", message=message)
    await control.delete(f"/faults/{lasting['id']}")


@pytest.mark.parametrize(("how", "status"), [("expire", 410), ("delete", 404)])
async def test_a_file_that_is_gone(link, control, picture, how, status):
    """Expired or deleted by the control API, it cannot be downloaded any more, and is asked for once."""
    anna, ben = await link(), await link()
    await anna.do("send_file", to=ben.number, path=picture[0])
    message = (await ben.hear("Message"))["id"]
    (file,) = (await control.get("/media", params={"number": anna.number})).json()["files"]
    answer = await (
        control.post(f"/media/{file['token']}/expire") if how == "expire" else control.delete(f"/media/{file['token']}")
    )
    assert answer.status_code == 200

    assert str(status) in (await ben.do("download", message=message))["error"]
    last = (await control.get("/media/requests", params={"token": file["token"]})).json()["requests"][-1]
    assert last["status"] == status


async def test_files_survive_a_restart(run_sandbox, link, picture, tmp_path):
    """With --data, what was uploaded before can be downloaded after: the file, its path, and the right to upload."""
    stays = ("--data", str(tmp_path / "data"), "--proxy-port", str(free_port()))
    with run_sandbox(*stays) as addresses:
        anna, ben = await link(at=addresses), await link(at=addresses)
        await anna.do("send_file", to=ben.number, path=picture[0])
        message = (await ben.hear("Message"))["id"]
    with run_sandbox(*stays) as addresses:
        await ben.hear("Connected")
        await anna.hear("Connected")
        assert (await ben.do("download", message=message))["sha256"] == picture[1]
        assert "id" in await anna.do("send_file", to=ben.number, path=picture[0])
        async with httpx.AsyncClient(base_url=addresses.control, timeout=90) as control:
            files = (await control.get("/media")).json()["files"]
            assert [(file["number"], file["downloads"]) for file in files] == [(anna.number, 1), (anna.number, 0)]


async def test_a_hanging_upload_does_not_hold_up_the_end(run_sandbox, link, picture, until):
    """The sandbox stops in time although a client waits for an answer."""
    with run_sandbox() as addresses:
        anna, ben = await link(at=addresses), await link(at=addresses)
        async with httpx.AsyncClient(base_url=addresses.control, timeout=90) as control:
            await fault(control, kind="upload", mode="hang")
            await anna.ask("send_file", to=ben.number, path=picture[0])
            await until(lambda: requests(control, anna.number))
