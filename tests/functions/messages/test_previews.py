"""Previews of links over HTTP: what is fetched, what a shard is asked to send, and what costs the preview only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.previews import previews
from shared.contracts.about import Preview
from shared.contracts.commands.messages import Send
from tests.functions.conftest import Api, api_with
from tests.functions.messages.test_file_sends import PNG
from tests.functions.shard import Shard, running_shard

PAGE = (
    b'<meta property="og:title" content="Cups"><meta property="og:description" content="All of them">'
    b'<meta property="og:image" content="/cup.png">'
)
HTML = "text/html; charset=utf-8"


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, url_allow="127.0.0.1", **patience) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


@asynccontextmanager
async def site(pages: Mapping[str, tuple[str, bytes]]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server with these pages, by their path; one with no type never answers. And what it was asked for."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        asked.append(path)
        if path in pages:
            type_, body = pages[path]
            if not type_:
                await reader.read()
            else:
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {type_}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked


async def send(api: Api, key: dict[str, str], text: str, preview: object = ..., **fields: Any) -> httpx.Response:
    answer = await api.send(key, message=text, linkPreview=True if preview is ... else preview, **fields)
    assert answer.status_code == 200, answer.text
    return answer


def shown(shard: Shard) -> Preview | None:
    """The preview of the last message that the shard was asked to send."""
    command = next(each.command for each in reversed(shard.seen) if isinstance(each.command, Send))
    return None if command.about is None else command.about.preview


async def test_a_page_is_fetched_once_and_its_picture_kept(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Title, words and picture go along; the next text with the same link fetches nothing."""
    async with site({"/": (HTML, PAGE), "/cup.png": ("image/png", PNG)}) as (url, asked):
        for text in (f"look: {url}/!", f"once more {url}/"):
            await send(api, key, text)
            preview = shown(shard)
            assert preview is not None
            assert (preview.url, preview.title, preview.description) == (f"{url}/", "Cups", "All of them")
            assert preview.picture is not None
            assert (await api.http.get(f"/api/media/{preview.picture.media_id}", headers=key)).content == PNG
        assert asked == ["/", "/cup.png"]
        other = await api.new_key()
        await send(api, other, f"look: {url}/")
        assert asked == ["/", "/cup.png"] * 2
    assert [text for _, _, text in shard.frames] == [f"look: {url}/!", f"once more {url}/", f"look: {url}/"]


async def test_nothing_is_fetched_unless_asked_for(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A text with a link is a text; one without a link has no preview."""
    async with site({"/": (HTML, PAGE)}) as (url, asked):
        await api.send(key, message=url)
        await send(api, key, url, preview=False)
        await send(api, key, "no link")
        assert (asked, shown(shard)) == ([], None)


async def test_a_repeated_request_fetches_nothing(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Whether the page is still remembered or not; with a preview it is another message than without."""
    same = key | {"Idempotency-Key": "k"}
    async with site({"/": (HTML, PAGE)}) as (url, asked):
        first, again = [(await send(api, same, url)).json()["id"] for _ in range(2)]
        other = await api.send(same, message=url)
        assert (first, len(shard.frames)) == (again, 1)
        assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert asked == ["/", "/cup.png"]


@pytest.mark.parametrize(
    "link",
    [
        "{url}/missing", "{url}/picture", "{url}/hangs", "{url}/untitled", "{url}/leads-inside",
        "http://127.0.0.2/", "http://[::ffff:127.0.0.2]/", "http://169.254.169.254/latest/meta-data/", "http://localhost:1/",
        "http://0177.0.0.2/", "http://2130706434/", "http://10.0.0.5/", "http://user:secret@example.com/", "http://x..y/",
    ],
)  # fmt: skip
async def test_what_cannot_be_had_costs_the_preview_only(
    api: Api, key: dict[str, str], shard: Shard, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever an address is or does, also one inside our network: the text goes out without a preview, and soon."""
    monkeypatch.setattr(previews, "_WITHIN", 0.5)
    inside = b"<script>location='http://127.0.0.2'</script><title></title>"
    pages = {
        "/picture": ("image/png", PNG), "/hangs": ("", b""), "/untitled": (HTML, b"<p>x"),
        "/leads-inside": (HTML, inside),
    }  # fmt: skip
    async with site(pages) as (url, _):
        text = link.format(url=url)
        await send(api, key, text)
    assert [each for _, _, each in shard.frames] == [text]
    assert shown(shard) is None


@pytest.mark.parametrize(
    "picture",
    [
        "/missing",
        "/text",
        "/large",
        "/hangs",
        "http://127.0.0.2/",
        "http://169.254.169.254/",
        "http://[",
        "file:///etc/passwd",
    ],
)
async def test_a_picture_that_cannot_be_had_costs_the_picture_only(
    api: Api, key: dict[str, str], shard: Shard, picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page may name anything for its picture: what is inside our network is asked for as little as in a link."""
    monkeypatch.setattr(previews, "_PICTURE_WITHIN", 0.5)
    page = f'<title>Cups</title><meta property="og:image" content="{picture}">'.encode()
    large = PNG + bytes(3 << 20)
    pages = {
        "/": (HTML, page),
        "/text": ("image/png", b"no picture"),
        "/large": ("image/png", large),
        "/hangs": ("", b""),
    }
    async with site(pages) as (url, _):
        await send(api, key, f"{url}/")
    preview = shown(shard)
    assert preview is not None
    assert (preview.title, preview.picture) == ("Cups", None)


async def test_no_more_of_a_page_is_read_than_its_beginning(api: Api, key: dict[str, str], shard: Shard) -> None:
    """However large it says it is."""
    async with site({"/": (HTML, PAGE + b"<p>" * (8 << 20))}) as (url, _):
        await send(api, key, f"{url}/")
    preview = shown(shard)
    assert preview is not None
    assert preview.title == "Cups"


async def test_a_preview_of_ones_own(api: Api, key: dict[str, str], shard: Shard) -> None:
    """What the caller says is shown, and only its picture is fetched; the link has to be one of the text's."""
    async with site({"/cup.png": ("image/png", PNG)}) as (url, asked):
        own = {"title": "Mine", "description": "of course", "imageUrl": f"{url}/cup.png"}
        await send(
            api, key, "see https://example.com/a and https://example.com/b", own | {"url": "https://example.com/b"}
        )
        preview = shown(shard)
        assert preview is not None
        assert (preview.url, preview.title, preview.description) == ("https://example.com/b", "Mine", "of course")
        assert preview.picture is not None
        assert asked == ["/cup.png"]
    refused = await api.send(key, message="https://example.com", linkPreview=own | {"url": "https://example.org"})
    assert (refused.json()["code"], refused.json()["field"]) == ("BAD_REQUEST", "linkPreview.url")
    wrong = await api.send(key, message="https://example.com", linkPreview={"description": "no title"})
    assert wrong.json()["code"] == "BAD_REQUEST"
