"""The downloader against a media server on which everything goes wrong: each end is a known one, and comes in time."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from zstandard import compress

from session_host.downloads import download as downloading
from session_host.downloads import fetching, tunnel
from session_host.downloads.download import download
from session_host.downloads.errors import Corrupt, Gone, NotHad, Unreachable
from session_host.downloads.fetching import Fetching
from session_host.downloads.policy import Policy
from session_host.whatsapp.content.files import FileOnWhatsApp
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.media.keeping import FileKeeping, Room
from shared.messages.received import InboundMessage
from shared.proxy import Proxy
from shared.settings import StoreSettings
from tests.session_host.gateway_host import eventually
from tests.session_host.peak import Peak
from tests.shared.adapters.contracts.samples import a_change, an_arrival

pytestmark = pytest.mark.asyncio(loop_scope="module")
_MB = 1 << 20
PLAIN = os.urandom(3000)


@dataclass
class Server:
    """A media server, and two people who bring files to it. Faults are for one of them."""

    whatsapp: Any
    proxy: Proxy
    folder: Path
    unlucky: str
    lucky: str

    async def file_of(self, number: str, plain: bytes = PLAIN) -> FileOnWhatsApp:
        """A file that somebody brought, as a message says it."""
        path = self.folder / os.urandom(8).hex()
        path.write_bytes(plain)
        to = self.lucky if number == self.unlucky else self.unlucky
        wanted = {"to": to, "type": "document", "path": str(path)}
        media = (await self.whatsapp.http.post(f"/contacts/{number}/send", json=wanted)).json()["media"]
        token = base64.urlsafe_b64decode(media["token"] + "=")
        key, sha256 = base64.b64decode(media["mediaKey"]), bytes.fromhex(media["sha256"])
        use = b"WhatsApp Document Keys"
        return FileOnWhatsApp(media["directPath"], key, use, "document", token, sha256, len(plain), "", "")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(run_whatsapp: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with run_whatsapp() as whatsapp:
        numbers = [await whatsapp.new_phone() for _ in range(2)]
        for number in numbers:
            await whatsapp.http.delete(f"/phones/{number}")
            await whatsapp.post("/contacts", number=number)
        proxy = Proxy.parse(whatsapp.addresses.proxy)
        assert proxy is not None
        yield Server(whatsapp, proxy, tmp_path_factory.mktemp("files"), *numbers)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def trust(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Trust in the server, and as much patience as ever."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.whatsapp.addresses.ca_file))
    tunnel._trust.cache_clear()
    yield
    tunnel._trust.cache_clear()
    await server.whatsapp.clear_faults()


def be_impatient(patch: pytest.MonkeyPatch) -> None:
    """Wait a moment for what hangs or dribbles. What is to come needs more of it on a busy machine."""
    patch.setattr(downloading, "_ANSWERS_WITHIN", 1.5)
    patch.setattr(downloading, "_LOOK_EVERY", 0.5)


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def had(server: Server, file: FileOnWhatsApp, pool: Executor) -> bytes:
    async with aclosing(download(file, server.proxy, pool)) as pieces:
        return b"".join([piece async for piece in pieces])


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"mode": "hang"}, Unreachable),
        ({"mode": "slow", "milliseconds": 10}, Unreachable),
        ({"mode": "cut"}, Unreachable),
        ({"mode": "refuse", "code": 503}, Unreachable),
        ({"mode": "refuse", "code": 403}, Gone),
        ({"mode": "short"}, Corrupt),
        ({"mode": "corrupt"}, Corrupt),
        ({"mode": "endless"}, Corrupt),
    ],
    ids=lambda each: each.get("mode") if isinstance(each, dict) else each.__name__,
)
async def test_each_fault_has_its_end(
    server: Server, one_thread: Executor, fault: dict[str, Any], ends: type[NotHad]
) -> None:
    """In time, as what it is; and its thread is free for the next file."""
    file = await server.file_of(server.unlucky)
    await server.whatsapp.fault("download", target=server.unlucky, **fault)
    with pytest.MonkeyPatch.context() as patch:
        if fault["mode"] in {"hang", "slow"}:
            be_impatient(patch)
        with pytest.raises(ends):
            await had(server, file, one_thread)
    assert await had(server, await server.file_of(server.lucky), one_thread) == PLAIN
    await server.whatsapp.clear_faults()
    assert await had(server, file, one_thread) == PLAIN


async def test_what_its_message_says_of_a_file(server: Server, one_thread: Executor) -> None:
    """One that is longer than that is refused; a length that is not said, or too large, hurts nobody."""
    file = await server.file_of(server.lucky)
    with pytest.raises(Corrupt):
        await had(server, replace(file, size=100), one_thread)
    for size in (0, 1 << 40):
        assert await had(server, replace(file, size=size), one_thread) == PLAIN
    with pytest.raises(Gone):
        await had(server, replace(file, path="/v/t62.7118-24/never?there=1"), one_thread)
    with pytest.raises(Gone):
        await had(server, replace(file, path="/v/a path\r\nX: y?z"), one_thread)


async def test_a_file_without_an_end_takes_no_memory(server: Server, one_thread: Executor) -> None:
    """Whoever takes its pieces says when it is enough."""
    file = replace(await server.file_of(server.unlucky, os.urandom(_MB)), size=0)
    await had(server, await server.file_of(server.lucky, bytes(_MB)), one_thread)  # what is loaded once
    await server.whatsapp.fault("download", target=server.unlucky, mode="endless")
    peak, came = Peak(os.getpid()), 0
    async with aclosing(download(file, server.proxy, one_thread)) as pieces:
        async for piece in pieces:
            came += len(piece)
            if came > 40 * _MB:
                break
    assert peak.grown < 10 * _MB


def _message(number: int, uid: str, file: FileOnWhatsApp) -> InboundMessage:
    part = {"directPath": file.path, "mediaKey": file.key, "fileLength": file.size}
    part |= {"fileEncSHA256": file.enc_sha256, "fileSHA256": file.sha256}
    raw = compress(E2eMessage(documentMessage=part).SerializeToString())
    return an_arrival(number, uid, content={"media": {"state": "fetching"}}, type="document", raw=raw)


@dataclass
class Inbox:
    """An inbox, and what fetches the files of its messages from the server."""

    stores: Stores
    fetching: Fetching

    async def media_of(self, message: InboundMessage) -> dict[str, Any]:
        found = await self.stores.inbox.get(message.session_uid, message.chat, message.id, from_me=False)
        assert found is not None
        return found.content["media"]

    async def until(self, state: str, messages: list[InboundMessage]) -> None:
        async def look() -> bool:
            return all([(await self.media_of(message))["state"] == state for message in messages])

        await eventually(look)

    async def kept(self, message: InboundMessage) -> bytes:
        file_id = (await self.media_of(message))["id"]
        return b"".join([piece async for piece in self.stores.files.open(file_id)])


@asynccontextmanager
async def fetching_into(folder: Path, server: Server, messages: list[InboundMessage]) -> AsyncIterator[Inbox]:
    with ThreadPoolExecutor(fetching.AT_ONCE) as pool:
        async with open_stores(StoreSettings(data_dir=folder)) as stores:
            await stores.inbox.append(messages)
            keeping = FileKeeping(stores.files, stores.file_rows, Room(), now_ms)
            owners = {"ses_1": "key_1", "ses_2": "key_2"}
            made = Fetching(
                stores.inbox,
                keeping,
                lambda _, file: download(file, server.proxy, pool),
                lambda _: Policy(),
                lambda: owners,
                now_ms,
            )
            task = asyncio.create_task(made.run())
            yield Inbox(stores, made)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "fault", [{"mode": "hang"}, {"mode": "slow", "milliseconds": 50}], ids=lambda each: each["mode"]
)
async def test_files_that_do_not_come_hold_up_no_others(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    """Neither of another key nor of the same; they are given up, say why, and come when they are asked for again.

    Each is tried some times, which is for the others: one of theirs may take too long for this patience.
    """
    be_impatient(monkeypatch)
    monkeypatch.setattr(fetching, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(fetching, "_LAST_PAUSE", 0.01)
    monkeypatch.setattr(fetching, "_REASONS", tuple((*what, min(tries, 4)) for *what, tries in fetching._REASONS))
    await server.whatsapp.fault("download", target=server.unlucky, **fault)
    stuck = [_message(at, "ses_1", await server.file_of(server.unlucky)) for at in range(1, 5)]
    others = [_message(at, f"ses_{at % 2 + 1}", await server.file_of(server.lucky)) for at in range(5, 9)]
    async with fetching_into(tmp_path, server, [*stuck, *others]) as inbox:
        await inbox.until("stored", others)
        await inbox.until("gone", stuck)
        assert {(await inbox.media_of(message))["reason"] for message in stuck} == {"unreachable"}
        await server.whatsapp.clear_faults()
        await inbox.stores.inbox.change(
            [a_change(message, "media", 9, state="fetching", reason=None) for message in stuck]
        )
        inbox.fetching.look({"ses_1"})
        await inbox.until("stored", stuck)
        for message in (*stuck, *others):
            assert await inbox.kept(message) == PLAIN
