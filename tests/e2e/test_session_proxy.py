"""A session that reaches WhatsApp through a proxy of its own, with a user and a password."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway, running
from cli.gateway.data_folder import DataFolder
from cli.launch.programs import sandbox_ready_file
from sandbox.environment import SandboxAddresses
from shared.proxy import Proxy
from tests.e2e.proxies import WRITTEN, Relay, http_proxy, socks_proxy

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
NUMBER, OTHER = "628100000072", "629000000072"
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory) -> AsyncIterator[Gateway]:
    """A gateway whose sessions may have proxies on this machine, with the session `default`."""
    data = tmp_path_factory.mktemp("proxy") / "data"
    async with running(data, environment={"WAGATE_URL_ALLOW": "127.0.0.1"}) as gateway:
        await gateway.log_in("default", NUMBER)
        await gateway.control_post("/contacts", number=OTHER)
        yield gateway


def behind(gateway: Gateway) -> int:
    """The port of the sandbox's own proxy."""
    return Proxy.parse(SandboxAddresses.load(sandbox_ready_file(DataFolder(gateway.data))).proxy).port


async def choose(gateway: Gateway, **settings: Any) -> dict[str, Any]:
    return await gateway.call("PATCH", "/api/sessions/default/settings", json=settings)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def direct_again(gateway: Gateway) -> AsyncIterator[None]:
    """No test leaves a proxy behind."""
    yield
    await choose(gateway, proxy=None)
    await until(gateway, "connected", None)


async def until(gateway: Gateway, status: str, reason: str | None) -> dict[str, Any]:
    async with asyncio.timeout(_WITHIN):
        while True:
            now = await gateway.call("GET", "/api/status", params={"sessionId": "default"})
            if (now["status"], now.get("reason")) == (status, reason):
                return now
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("scheme", "proxy"), [("http", http_proxy), ("socks5", socks_proxy)])
async def test_everything_goes_through_it(
    gateway: Gateway, scheme: str, proxy: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Chosen while it is connected: the socket, uploads and downloads; nobody sees the password again."""
    made: AbstractAsyncContextManager[Relay] = proxy(behind(gateway))
    async with made as relay:
        url = f"{scheme}://{WRITTEN}@127.0.0.1:{relay.port}"
        changed = await choose(gateway, proxy=url)
        assert changed["applied"] is True
        assert changed["settings"]["proxy"] == f"{scheme}://***@127.0.0.1:{relay.port}"
        assert relay.came.count("web.whatsapp.com:443") >= 1
        await until(gateway, "connected", None)
        sent = await gateway.call(
            "POST", "/api/send-document", json={"number": OTHER, "documentBase64": "aGVsbG8=", "fileName": "a.txt"}
        )
        assert sent["status"] == "sent"
        assert [each for each in relay.came if not each.startswith("web.")], "the upload"
        before = len(relay.came)
        file = tmp_path_factory.mktemp("file") / "a.bin"
        file.write_bytes(b"x" * 2_000)
        wanted = {"to": NUMBER, "type": "document", "path": str(file)}
        async with gateway.http.post(f"{gateway.control}/contacts/{OTHER}/send", json=wanted) as answer:
            answer.raise_for_status()
        async with asyncio.timeout(_WITHIN):
            while "mmg.whatsapp.net:443" not in relay.came[before:]:
                await asyncio.sleep(0.05)
        shown = await gateway.call("GET", "/api/sessions/default/settings")
        assert "word" not in str(shown)
        assert (await choose(gateway, proxy=None))["settings"]["proxy"] is None
        assert relay.refused == 0
    log = "".join(each.read_text() for each in gateway.data.glob("logs/*.log"))
    assert "p%40ss" not in log
    assert "p@ss" not in log


async def test_a_proxy_that_fails_is_said_and_never_gone_around(gateway: Gateway) -> None:
    """One with another password, and one that is gone while it is used; with a good one the session is back."""
    async with http_proxy(behind(gateway)) as relay:
        wrong = f"http://shop:wrong@127.0.0.1:{relay.port}"
        assert (await choose(gateway, proxy=wrong))["applied"] is True
        await until(gateway, "reconnecting", "proxy_unreachable")
        assert relay.refused >= 1
        with pytest.raises(RuntimeError, match="WA_DISCONNECTED"):
            await gateway.call("POST", "/api/send-message", json={"number": OTHER, "message": "not sent"})
        await choose(gateway, proxy=f"http://{WRITTEN}@127.0.0.1:{relay.port}")
        await until(gateway, "connected", None)
    await until(gateway, "reconnecting", "proxy_unreachable")


async def test_what_is_under_way_is_sent_when_the_proxy_changes(gateway: Gateway) -> None:
    """Texts that are sent all the while: each arrives, once, and none fails or is `unknown`."""
    async with http_proxy(behind(gateway)) as relay:
        stop = asyncio.Event()

        async def talk() -> list[dict[str, Any]]:
            answers: list[dict[str, Any]] = []
            while not stop.is_set():
                said = {"number": OTHER, "message": f"text {len(answers)}"}
                answers.append(await gateway.call("POST", "/api/send-message", json=said))
            return answers

        talking = [asyncio.create_task(talk()) for _ in range(4)]
        for proxy in (f"http://{WRITTEN}@127.0.0.1:{relay.port}", None, f"http://{WRITTEN}@127.0.0.1:{relay.port}"):
            assert (await choose(gateway, proxy=proxy))["applied"] is True
        stop.set()
        answers = [answer for each in await asyncio.gather(*talking) for answer in each]
        assert {answer["status"] for answer in answers} == {"sent"}
        frames = await gateway.frames_from(NUMBER, wanted=len(answers))
        ids = [frame["id"] for frame in frames]
        assert [ids.count(answer["messageId"]) for answer in answers] == [1] * len(answers)


@pytest.mark.parametrize(
    ("proxy", "code"),
    [
        ("https://127.0.0.1:3128", "BAD_REQUEST"),
        ("ftp://127.0.0.1", "BAD_REQUEST"),
        ("http://***@127.0.0.1:3128", "BAD_REQUEST"),
        ("http://127.0.0.1:3128/path", "BAD_REQUEST"),
        ("http://10.0.0.1:3128", "PROXY_REFUSED"),
        ("socks5://[::1]:1080", "PROXY_REFUSED"),
        ("http://nobody.invalid:3128", "PROXY_REFUSED"),
    ],
)
async def test_what_is_no_proxy_for_strangers_is_refused(gateway: Gateway, proxy: str, code: str) -> None:
    """Its form is looked at, and where it is; nothing is changed."""
    with pytest.raises(RuntimeError, match=code):
        await choose(gateway, proxy=proxy, ignore={"groups": True})
    settings = (await gateway.call("GET", "/api/sessions/default/settings"))["settings"]
    assert (settings["proxy"], settings["ignore"]["groups"]) == (None, False)
