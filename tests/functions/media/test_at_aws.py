"""Files where they are in S3: callers bring and fetch them there."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.adapters.aws.client import aws_client
from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings
from tests.functions.conftest import Api, api_with

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 30_000


@pytest.fixture
async def api(
    nats_url: str, tmp_path: Path, ministack_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Api]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    name = uuid.uuid4().hex
    at = {"aws_endpoint_url": ministack_endpoint, "table_prefix": f"t{name}-", "bucket": f"b-{name}"}
    settings = StoreSettings(store="dynamodb", **at)
    async with aws_client("dynamodb", settings) as dynamodb, aws_client("s3", settings) as s3:
        await create_tables(dynamodb, settings.table_prefix)
        place = {"LocationConstraint": settings.aws_region}
        await s3.create_bucket(Bucket=settings.bucket, CreateBucketConfiguration=place)
    async with api_with(nats_url, tmp_path, store="dynamodb", **at) as running:
        yield running


@pytest.fixture
async def outside() -> AsyncIterator[httpx.AsyncClient]:
    """A client that knows nothing but addresses it is given."""
    async with httpx.AsyncClient(timeout=60) as client:
        yield client


async def test_a_file_is_brought_to_the_bucket_and_fetched_there(
    api: Api, key: dict[str, str], outside: httpx.AsyncClient
) -> None:
    """Past the API, whose requests at AWS have at most 6 MB; it looks at the bytes once, when it is asked for them."""
    wanted = {"fileName": "a.png", "mimetype": "application/pdf", "size": len(PNG)}
    promised = (await api.http.post("/api/upload", headers=key, json=wanted)).json()
    file, where = promised["file"], promised["upload"]
    assert (await api.http.get(file["url"], headers=key)).json()["code"] == "MEDIA_NOT_FOUND"
    signed = set(parse_qs(urlsplit(where["url"]).query)["X-Amz-SignedHeaders"][0].split(";"))
    assert signed >= {"content-length", "content-type", "if-none-match"}
    brought = await outside.put(where["url"], headers=where["headers"], content=PNG)
    assert brought.status_code == 200, brought.text
    again = await outside.put(where["url"], headers=where["headers"], content=PNG[::-1])
    assert again.status_code == 412

    head = await api.http.head(file["url"], headers=key)
    assert head.headers["ETag"] == f'"{hashlib.sha256(PNG).hexdigest()}"'
    assert (head.headers["Content-Type"], head.headers["Content-Length"]) == ("image/png", str(len(PNG)))
    elsewhere = await api.http.get(file["url"], headers=key)
    assert (elsewhere.status_code, elsewhere.content) == (302, b"")
    fetched = await outside.get(elsewhere.headers["Location"], headers={"Range": "bytes=0-99"})
    assert (fetched.status_code, fetched.content) == (206, PNG[:100])
    assert fetched.headers["Content-Type"] == "image/png"
    assert fetched.headers["Content-Disposition"] == 'inline; filename="a.png"'


async def test_a_form_goes_through_the_api_into_the_bucket(
    api: Api, key: dict[str, str], outside: httpx.AsyncClient
) -> None:
    """In parts, where it is large."""
    uploaded = await api.http.post("/api/upload", headers=key, files={"file": ("a", PNG)})
    file = uploaded.json()["file"]
    assert (file["mimetype"], file["sha256"]) == ("image/png", hashlib.sha256(PNG).hexdigest())
    elsewhere = await api.http.get(file["url"], headers=key)
    assert (await outside.get(elsewhere.headers["Location"])).content == PNG
    other = await api.new_key()
    assert (await api.http.get(file["url"], headers=other)).json()["code"] == "MEDIA_NOT_FOUND"


async def test_nothing_of_a_broken_upload_stays_in_the_bucket(api: Api, key: dict[str, str]) -> None:
    """Neither object nor parts: a form that ends in the middle of its file, after parts were sent."""
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + PNG
    refused = await api.http.post("/api/upload", headers=key | form, content=body)
    assert refused.json()["code"] == "BAD_REQUEST"
    async with aws_client("s3", api.settings) as s3:
        assert "Contents" not in await s3.list_objects_v2(Bucket=api.settings.bucket)
        assert not (await s3.list_multipart_uploads(Bucket=api.settings.bucket)).get("Uploads")
    assert await api.stores.file_rows.bytes_in_all() == 0
