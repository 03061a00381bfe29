"""Files that are uploaded, and read again."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import httpx
import pytest

from shared.ids import new_file_id
from tests.functions.conftest import Api, api_with

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300
LARGE = os.urandom(3_000_000)


async def upload(api: Api, key: dict[str, str], body: bytes, name: str = "a.bin", **more: object) -> httpx.Response:
    return await api.http.post("/api/upload", headers=key, files={"file": (name, body, "image/png")}, **more)


async def test_a_file_is_uploaded_and_read(api: Api, key: dict[str, str]) -> None:
    """What it is, its bytes say; it is read as it was sent, to be shown or saved under its name and run by nobody."""
    answer = await upload(api, key, PNG, 'Foto \U0001f4f7 "1".jpg')
    assert answer.status_code == 200, answer.text
    file = answer.json()["file"]
    digest = hashlib.sha256(PNG).hexdigest()
    assert file | {"expiresAt": 0} == {
        "id": file["id"],
        "filename": f"{file['id']}.png",
        "originalName": 'Foto \U0001f4f7 "1".jpg',
        "mimetype": "image/png",
        "size": len(PNG),
        "sha256": digest,
        "category": "image",
        "url": f"/api/media/{file['id']}",
        "expiresAt": 0,
    }
    read = await api.http.get(file["url"], headers=key)
    assert (read.status_code, read.content) == (200, PNG)
    assert read.headers["Content-Type"] == "image/png"
    assert read.headers["ETag"] == f'"{digest}"'
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Security-Policy"].startswith("sandbox")
    assert read.headers["Content-Disposition"] == (
        "inline; filename=\"Foto _ _1_.jpg\"; filename*=UTF-8''Foto%20%F0%9F%93%B7%20%221%22.jpg"
    )
    head = await api.http.head(file["url"], headers=key)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(PNG)))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<html><script>alert(1)</script>", ("text/plain", "document", "inline")),
        (b"%PDF-1.7\n", ("application/pdf", "document", "inline")),
        (b"PK\x03\x04" + bytes(30), ("application/zip", "document", "attachment")),
        (b"\x00\x01\x02", ("application/octet-stream", "document", "attachment")),
        (b"ID3\x03" + bytes(20), ("audio/mpeg", "audio", "inline")),
    ],
)
async def test_a_file_is_what_its_bytes_show(
    api: Api, key: dict[str, str], body: bytes, shown: tuple[str, str, str]
) -> None:
    """Neither its name nor the header makes it a picture."""
    file = (await upload(api, key, body, "a.png")).json()["file"]
    read = await api.http.get(file["url"], headers=key)
    assert (file["mimetype"], file["category"], read.headers["Content-Disposition"].partition(";")[0]) == shown


async def test_a_part_of_a_file_is_read(api: Api, key: dict[str, str]) -> None:
    """Its beginning, its end, what lies between; what is no range that is understood is passed over."""
    url = (await upload(api, key, LARGE)).json()["file"]["url"]
    size = len(LARGE)
    for asked, start, end in [
        ("bytes=0-0", 0, 1),
        ("bytes=100-2000000", 100, 2_000_001),
        ("bytes=2999999-", size - 1, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes=5-{size * 2}", 5, size),
    ]:
        part = await api.http.get(url, headers=key | {"Range": asked})
        assert (part.status_code, part.content) == (206, LARGE[start:end]), asked
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    for asked in ("bytes=3-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"):
        assert (await api.http.get(url, headers=key | {"Range": asked})).status_code == 200, asked
    for asked in (f"bytes={size}-", "bytes=-0"):
        refused = await api.http.get(url, headers=key | {"Range": asked})
        assert (refused.status_code, refused.json()["code"]) == (416, "RANGE_NOT_SATISFIABLE"), asked
        assert refused.headers["Content-Range"] == f"bytes */{size}"


async def test_what_a_caller_has_is_not_sent_again(api: Api, key: dict[str, str]) -> None:
    """By its tag; a part of other bytes is not put to what it has."""
    url = (await upload(api, key, PNG)).json()["file"]["url"]
    tag = (await api.http.head(url, headers=key)).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        same = await api.http.get(url, headers=key | {"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert (await api.http.get(url, headers=key | {"If-None-Match": '"x"'})).status_code == 200
    part = {"Range": "bytes=0-9"}
    assert (await api.http.get(url, headers=key | part | {"If-Range": tag})).status_code == 206
    assert (await api.http.get(url, headers=key | part | {"If-Range": '"x"'})).status_code == 200


async def test_a_file_is_its_keys_alone(api: Api, key: dict[str, str]) -> None:
    """For another key it is not there, nor is what is no id."""
    url = (await upload(api, key, PNG)).json()["file"]["url"]
    other = await api.new_key()
    for address in (url, f"/api/media/{new_file_id()}", "/api/media/x", "/api/media/..%2F..%2Fwagate.db"):
        refused = await api.http.get(address, headers=other)
        assert refused.status_code == 404, address
    assert (await api.http.get(url, headers=key)).status_code == 200


async def test_what_is_no_upload_is_told(api: Api, key: dict[str, str]) -> None:
    """No file, an empty one, one under another name, no form, a form that ends in the middle."""
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for content, headers, code in [
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n', form, "BAD_REQUEST"),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nx\r\n--x--', form, "BAD_REQUEST"),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--', form, "MEDIA_EMPTY"),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n', form, "BAD_REQUEST"),
        (b"nothing", form, "BAD_REQUEST"),
        (b"", form, "BAD_REQUEST"),
        (b"x", {"Content-Type": "multipart/form-data"}, "BAD_REQUEST"),
        (b"x", {"Content-Type": "image/png"}, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", {"Content-Type": "application/json"}, "BAD_REQUEST"),
    ]:
        refused = await api.http.post("/api/upload", headers=key | headers, content=content)
        assert refused.json()["code"] == code, (content, refused.text)
    assert await api.stores.file_rows.bytes_in_all() == 0


async def test_a_file_that_is_too_large_is_refused(nats_url: str, tmp_path: Path) -> None:
    """Before it comes where its sender says how large it is, else as soon as it is; nothing of it stays."""
    async with api_with(nats_url, tmp_path, upload_limit=200_000) as api:
        key = await api.new_key()
        assert (await upload(api, key, bytes(200_000))).status_code == 200
        taken = await api.stores.file_rows.bytes_in_all()

        async def without_length() -> object:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(40):
                yield bytes(10_000)

        told = await upload(api, key, LARGE)
        untold = await api.http.post(
            "/api/upload",
            headers=key | {"Content-Type": "multipart/form-data; boundary=x"},
            content=without_length(),  # type: ignore[arg-type]
        )
        for refused in (told, untold):
            assert (refused.status_code, refused.json()["code"]) == (413, "MEDIA_TOO_LARGE")
            assert refused.json()["limit"] == 200_000
        assert await api.stores.file_rows.bytes_in_all() == taken


async def test_a_key_has_so_much_room(nats_url: str, tmp_path: Path) -> None:
    """Beyond it, it is told; and all keys together have theirs."""
    async with api_with(nats_url, tmp_path, media_key_bytes=250_000, media_bytes=400_000) as api:
        first, second = await api.new_key(), await api.new_key()
        assert (await upload(api, first, bytes(200_000))).status_code == 200
        refused = await upload(api, first, bytes(200_000))
        assert (refused.status_code, refused.json()["code"]) == (429, "MEDIA_QUOTA")
        full = await upload(api, second, bytes(220_000))
        assert (full.status_code, full.json()["code"]) == (507, "STORAGE_FULL")
        assert (await upload(api, second, bytes(100_000))).status_code == 200


async def test_bytes_are_brought_to_an_address_of_their_own(api: Api, key: dict[str, str]) -> None:
    """Once, without a key; before that there is nothing to read, and afterwards it is a file as any."""
    promised = await api.http.post(
        "/api/upload", headers=key, json={"fileName": "a.png", "mimetype": "image/png", "size": len(PNG)}
    )
    assert promised.status_code == 200, promised.text
    file, where = promised.json()["file"], promised.json()["upload"]
    assert (where["method"], where["headers"]) == ("PUT", {"Content-Type": "image/png"})
    assert (await api.http.get(file["url"], headers=key)).json()["code"] == "MEDIA_NOT_FOUND"
    brought = await api.http.put(where["url"], headers=where["headers"], content=PNG)
    assert brought.status_code == 200, brought.text
    assert brought.json()["file"]["sha256"] == hashlib.sha256(PNG).hexdigest()
    again = await api.http.put(where["url"], headers=where["headers"], content=LARGE)
    assert (again.status_code, again.json()["code"]) == (404, "MEDIA_NOT_FOUND")
    assert (await api.http.get(file["url"], headers=key)).content == PNG


async def test_an_address_takes_no_more_than_was_said(api: Api, key: dict[str, str]) -> None:
    """Nor does a wrong one take anything; what was refused has to be asked for again."""
    promised = await api.http.post("/api/upload", headers=key, json={"size": 10})
    where = promised.json()["upload"]["url"]
    for wrong in (where[:-1] + ("A" if where[-1] != "A" else "B"), "/api/upload/x", where + "x"):
        assert (await api.http.put(wrong, content=b"x")).status_code == 404
    refused = await api.http.put(where, content=bytes(11))
    assert (refused.status_code, refused.json()["code"]) == (413, "MEDIA_TOO_LARGE")
    assert (await api.http.put(where, content=bytes(10))).status_code == 404
    assert await api.stores.file_rows.bytes_in_all() == 0
    too_large = await api.http.post("/api/upload", headers=key, json={"size": 10**9})
    assert too_large.json()["code"] == "MEDIA_TOO_LARGE"


async def test_of_two_who_use_an_address_at_once_one_does(api: Api, key: dict[str, str]) -> None:
    """The other is told, and takes nothing from the first."""
    promised = await api.http.post("/api/upload", headers=key, json={"size": len(LARGE)})
    where = promised.json()["upload"]["url"]
    answers = await asyncio.gather(*(api.http.put(where, content=LARGE) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert (await api.http.get(promised.json()["file"]["url"], headers=key)).content == LARGE
