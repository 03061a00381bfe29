"""What a receiver of posts can do to whoever posts: nothing that has no end, and lead it nowhere."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.gateway.ports import free_port
from shared.outside.addresses import Allowed
from shared.outside.posting import NotPosted, Poster
from shared.outside.resolving import system_resolve
from tests.emulators.certificates import Authority
from tests.shared.outside.rows import NAMES, ROWS
from tests.shared.outside.test_fetching import server

OK = b"HTTP/1.1 200 OK\r\nX-Said: yes\r\nContent-Length: 2\r\n\r\nok"


async def resolve(host: str, port: int) -> list[str]:
    """Names of tests as they resolve the last time."""
    return NAMES[host][-1] if host in NAMES else await system_resolve(host, port)


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    poster = Poster(Allowed.named("127.0.0.1"), within=60)
    yield poster
    await poster.close()


REFUSED = [row for row in ROWS if row.raises and not row.allowed and not row.reaches and row.url.startswith("http")]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
async def test_no_address_of_ours_is_connected_to(row) -> None:
    """However it is written: it is refused before a connection is begun."""
    poster = Poster(Allowed.named(""), resolve, within=60)
    try:
        with pytest.raises(NotPosted, match=r"private network|not a valid IP address|does not begin|cannot be"):
            await poster.post(row.url, {}, b"{}")
    finally:
        await poster.close()


async def test_an_answer_is_read_to_its_first_kilobyte(poster: Poster) -> None:
    """And what else comes is not."""
    async with server(b"HTTP/1.1 500 No\r\nRetry-After: 7\r\n\r\n" + b"x" * 1_000_000) as port:
        answer = await poster.post(f"http://127.0.0.1:{port}/", {"a": "b"}, b"{}")
    assert (answer.status, answer.head, answer.headers["retry-after"]) == (500, b"x" * 1024, "7")


async def test_what_is_sent_is_what_was_given(poster: Poster) -> None:
    """The body as it is, with these headers and no others that say anything."""
    asked: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set_result(await reader.readexactly(5))
        writer.write(OK)
        await writer.drain()

    async with server(serve) as port:
        answer = await poster.post(f"http://127.0.0.1:{port}/in?a=1", {"content-type": "application/json"}, b'{"a"}')
    assert (answer.status, answer.head, answer.headers["x-said"], await asked) == (200, b"ok", "yes", b'{"a"}')


async def test_a_redirection_is_an_answer(poster: Poster) -> None:
    """It is followed nowhere."""
    async with (
        server(OK) as other,
        server(f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n".encode()) as port,
    ):
        assert (await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")).status == 307


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_an_answer_without_end_is_what_its_status_says(poster: Poster) -> None:
    """What has come of it after a second is all that is read."""
    async with server(drip) as port:
        answer = await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.status == 200
    assert 0 < len(answer.head) < 100


async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (b"", "without an answer"),
        (b"no HTTP at all\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "no HTTP"),
    ],
)
async def test_everything_has_an_end(poster: Poster, answers, words: str) -> None:
    """Whoever says too little, or no HTTP."""
    async with server(answers) as port:
        with pytest.raises(NotPosted, match=words):
            await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")


async def test_silence_has_an_end() -> None:
    """That of the time for all of it."""
    poster = Poster(Allowed.named("127.0.0.1"), within=1.0)
    async with server(never) as port:
        with pytest.raises(NotPosted, match="within 1 s"):
            await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    await poster.close()


async def test_nobody_there_is_said(poster: Poster) -> None:
    """In the system's words."""
    port = free_port()
    with pytest.raises(NotPosted, match="refused"):
        await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")


async def test_a_connection_is_kept(poster: Poster) -> None:
    """The next post to the same address is made on it, whatever kind of answer came on it before."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for said in (
            b"HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            b"HTTP/1.1 204 No\r\n\r\n",
        ):
            if asked:
                await reader.readuntil(b"\r\n\r\n")
            asked.append(await reader.readexactly(3))
            writer.write(said)
            await writer.drain()

    async with server(serve) as port:
        answers = [await poster.post(f"http://127.0.0.1:{port}/", {"a": "b"}, b"{%d}" % each) for each in range(3)]
    assert [(answer.status, answer.head) for answer in answers] == [(200, b"ok"), (200, b"ok"), (204, b"")]
    assert asked == [b"{0}", b"{1}", b"{2}"]


async def test_a_header_is_one_line(poster: Poster) -> None:
    """Nothing else goes out with one."""
    async with server(OK) as port:
        for value in ("b\r\nc: d", "b\nc: d", "b\rc: d"):
            with pytest.raises(NotPosted, match="several lines"):
                await poster.post(f"http://127.0.0.1:{port}/", {"a": value}, b"{}")


@pytest.mark.parametrize(("named", "words"), [("hooks.test", None), ("other.test", "TLS failed")])
async def test_tls_is_spoken_with_the_name_of_the_address(tmp_path: Path, named: str, words: str | None) -> None:
    """Although an address is connected to: another's certificate is refused."""
    authority = Authority.make()
    authority.nats_configuration(tmp_path, named)
    of_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    of_server.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")

    async def here(host: str, port: int) -> list[str]:  # noqa: ARG001 - as the system's
        assert host == "hooks.test"
        return ["127.0.0.1"]

    poster = Poster(Allowed.named("127.0.0.1"), here, tls=ssl.create_default_context(cadata=authority.pem))
    async with server(OK, of_server) as port:
        url = f"https://hooks.test:{port}/"
        if words is None:
            assert (await poster.post(url, {}, b"{}")).head == b"ok"
        else:
            with pytest.raises(NotPosted, match=words):
                await poster.post(url, {}, b"{}")
    await poster.close()
