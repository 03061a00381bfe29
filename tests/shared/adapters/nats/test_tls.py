"""TLS to NATS: who the server is has to be proven, and nothing is said to one that does not."""

import asyncio
import contextlib
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvloop
from structlog.testing import capture_logs

from shared.adapters.nats.bus import NatsBus, open_bus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.nats.tls import Tls
from shared.errors import BusUnavailable
from shared.events.model import Publication
from shared.settings import StoreSettings
from tests.chaos.partition import link
from tests.emulators import servers
from tests.emulators.certificates import Authority
from tests.emulators.nats_process import NatsServer

TOKEN = "a-token-nobody-else-may-see"  # noqa: S105 - the test's own
AUTHORIZATION = f'authorization {{ token: "{TOKEN}" }}\n'
LOCAL = "127.0.0.1"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture
def encrypted(authority: Authority, tmp_path: Path) -> Iterator[NatsServer]:
    """A server with TLS, whose certificate is for 127.0.0.1."""
    config = AUTHORIZATION + authority.nats_configuration(tmp_path, LOCAL)
    with servers.nats_server(jetstream=True, config=config) as server:
        yield server


def settings_for(server: NatsServer, ca: str | None, *, scheme: str = "tls", first: bool = False) -> StoreSettings:
    url = f"{scheme}://{LOCAL}:{server.port}"
    return StoreSettings(nats_url=url, nats_token=TOKEN, nats_ca=ca, nats_tls_first=first)


async def upper(payload: bytes) -> bytes:
    return payload.upper()


async def answers(settings: StoreSettings) -> None:
    """A request is answered over one connection by another."""
    subject = f"test.{uuid.uuid4().hex}"
    async with open_bus(settings) as asking, open_bus(settings) as answering:
        await answering.serve(subject, upper)
        assert await asking.request(subject, b"a", timeout=30) == b"A"


async def refusal(url: str, tls: Tls, *within: float) -> str:
    """The words with which a connection is not made: after 2 s, or as soon as somebody has answered."""
    for seconds in within or (2, 30):
        with pytest.raises(BusUnavailable) as refused:
            await NatsBus.connect(url, name="test", token=TOKEN, tls=tls, within=seconds)
        if "no answer within" not in refused.value.message:
            break
    return refused.value.message


async def until_healthy(bus: NatsBus) -> None:
    """A round trip has a second, which a busy machine may need."""
    async with asyncio.timeout(60):
        while not await bus.healthy():
            await asyncio.sleep(0.01)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("scheme", ["tls", "nats"])
@pytest.mark.parametrize("in_file", [False, True])
async def test_requests_are_answered(
    encrypted: NatsServer, authority: Authority, tmp_path: Path, scheme: str, *, in_file: bool
) -> None:
    """With the CA as text and as a file, beside another one; it demands TLS whatever the URL begins with."""
    file, both = tmp_path / "ca.pem", Authority.make().pem + authority.pem
    file.write_text(both)
    await answers(settings_for(encrypted, str(file) if in_file else both, scheme=scheme))


def test_requests_are_answered_on_the_hosts_loop(encrypted: NatsServer, authority: Authority) -> None:
    """Session hosts run on uvloop, whose TLS is another one."""
    uvloop.run(answers(settings_for(encrypted, authority.pem)))


async def test_events_are_kept(encrypted: NatsServer, authority: Authority) -> None:
    """JetStream works over the same connection."""
    async with open_bus(settings_for(encrypted, authority.pem)) as bus:
        log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
        event = Publication("journal", 1, "ses_a", "message_received", b"{}", "key_a")
        assert (await log.publish([event])).published == [event]
        assert [kept.id for kept in await log.read(after=0, limit=10)] == [event.id]


async def test_a_server_of_another_authority_is_refused(encrypted: NatsServer) -> None:
    """One of the same name too; it says which setting is for that."""
    words = await refusal(f"tls://{LOCAL}:{encrypted.port}", Tls(Authority.make().pem))
    assert "its certificate is refused" in words
    assert "Set WAGATE_NATS_CA" in words


async def test_without_a_ca_the_systems_count(encrypted: NatsServer) -> None:
    """An authority that only the test knows is none of them, also when the server itself asks for TLS."""
    for scheme in ("tls", "nats"):
        assert "Set WAGATE_NATS_CA" in await refusal(f"{scheme}://{LOCAL}:{encrypted.port}", Tls())


async def test_a_certificate_for_another_name_is_refused(authority: Authority, tmp_path: Path) -> None:
    """The names are looked at, and told."""
    config = authority.nats_configuration(tmp_path, "nats.example")
    with servers.nats_server(config=config) as server:
        words = await refusal(f"tls://localhost:{server.port}", Tls(authority.pem))
        assert "localhost" in words
        assert "WAGATE_NATS_URL" in words
        assert "a name of its certificate" in await refusal(f"tls://{LOCAL}:{server.port}", Tls(authority.pem))


async def test_a_server_that_is_refused_keeps_nobody_from_the_others(
    encrypted: NatsServer, authority: Authority, tmp_path: Path
) -> None:
    """Servers are tried in any order; one whose certificate is wrong costs no more than a try."""
    (tmp_path / "other").mkdir()
    config = Authority.make().nats_configuration(tmp_path / "other", LOCAL)
    with servers.nats_server(config=config) as wrong:
        url = f"tls://{LOCAL}:{wrong.port},tls://{LOCAL}:{encrypted.port}"
        for _ in range(6):
            bus = await NatsBus.connect(url, name="test", token=TOKEN, tls=Tls(authority.pem), within=30)
            await until_healthy(bus)
            await bus.close()


async def test_an_expired_certificate_is_refused(authority: Authority, tmp_path: Path) -> None:
    """And the remedy is another one than for the wrong authority."""
    config = authority.nats_configuration(tmp_path, LOCAL, ends_in=-dt.timedelta(hours=1))
    with servers.nats_server(config=config) as server:
        words = await refusal(f"tls://{LOCAL}:{server.port}", Tls(authority.pem))
    assert "expired" in words
    assert "Give the server a new certificate" in words
    assert "WAGATE_NATS_CA" not in words


@pytest.mark.parametrize(
    ("scheme", "with_ca"), [("tls", True), ("tls", False), ("nats", True)], ids=["both", "url", "ca"]
)
async def test_a_plain_server_is_refused_where_tls_is_demanded(
    own_nats: NatsServer, authority: Authority, scheme: str, *, with_ca: bool
) -> None:
    """nats-py of itself would go on without."""
    words = await refusal(f"{scheme}://{LOCAL}:{own_nats.port}", Tls(authority.pem if with_ca else None))
    assert "does not speak TLS" in words


async def test_a_server_that_offers_no_tls_hears_nothing() -> None:
    """Who stands between and takes TLS out of the greeting would get the token."""
    heard = bytearray()
    talking = 0

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal talking
        talking += 1
        writer.write(b'INFO {"server_id":"x","version":"2.15.1","max_payload":1048576,"auth_required":true}\r\n')
        with contextlib.suppress(OSError):  # who is refused hangs up
            while said := await reader.read(1024):
                heard.extend(said)
        talking -= 1
        writer.close()

    async with await asyncio.start_server(greet, LOCAL, 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert "does not speak TLS" in await refusal(f"tls://{LOCAL}:{port}", Tls())
        await until(lambda: not talking)
        assert bytes(heard) == b""
        async with asyncio.timeout(60):
            while TOKEN.encode() not in heard:  # what it would have heard
                with contextlib.suppress(BusUnavailable):
                    await NatsBus.connect(f"nats://{LOCAL}:{port}", name="test", token=TOKEN, within=1)


async def test_it_is_connected_again_after_a_restart(encrypted: NatsServer, authority: Authority) -> None:
    """Over TLS, without being told."""
    subject = f"test.{uuid.uuid4().hex}"
    settings = settings_for(encrypted, authority.pem)
    async with open_bus(settings) as asking, open_bus(settings) as answering:
        await answering.serve(subject, upper)
        encrypted.kill()
        await until(lambda: not asking.connected and not answering.connected)
        encrypted.start()
        await until(lambda: asking.connected and answering.connected)
        await until_healthy(answering)
        assert await asking.request(subject, b"a", timeout=30) == b"A"


async def test_a_server_that_comes_back_without_tls_is_not_taken_back(
    encrypted: NatsServer, authority: Authority
) -> None:
    """Not by itself and not by `revive`; that is logged once. With TLS it is."""
    config = encrypted.config
    with capture_logs() as logs:
        async with open_bus(settings_for(encrypted, authority.pem)) as bus:
            encrypted.kill()
            encrypted.config = AUTHORIZATION
            encrypted.start()
            await until(lambda: [entry for entry in logs if entry["event"] == "nats_refused"])
            assert not await bus.revive(2)
            assert not bus.connected
            encrypted.kill()
            encrypted.config = config
            encrypted.start()
            await until(lambda: bus.connected)
    (refused,) = [entry for entry in logs if entry["event"] == "nats_refused"]
    assert "does not speak TLS" in refused["error"]


async def replaces(settings: StoreSettings, port: int, *, asked: bool) -> None:
    """A connection that is lost without a word, as after a freeze, becomes another one soon."""
    subject = f"test.{uuid.uuid4().hex}"
    async with open_bus(settings) as answering, link(port) as way:
        await answering.serve(subject, upper)
        by_the_way = settings.model_copy(update={"nats_url": f"tls://{LOCAL}:{way.port}"})
        async with open_bus(by_the_way) as asking:
            with capture_logs() as logs:
                way.lose()
                assert not asked or await asking.revive(30)
                await until(lambda: [entry for entry in logs if entry["event"] == "nats_reconnected"])
            assert await asking.request(subject, b"a", timeout=30) == b"A"


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_connection_that_was_dropped_without_a_word_is_replaced(
    encrypted: NatsServer, authority: Authority, run: Callable[..., None], *, asked: bool
) -> None:
    """By `revive` and by itself, within the same time as without TLS: nobody waits for the goodbye of who is silent."""
    run(asyncio.wait_for(replaces(settings_for(encrypted, authority.pem), encrypted.port, asked=asked), 90))


async def test_tls_before_anything_else(authority: Authority, tmp_path: Path) -> None:
    """For a server that says nothing before; without the setting, that one is named as what may be wrong."""
    config = AUTHORIZATION + authority.nats_configuration(tmp_path, LOCAL, handshake_first=True)
    with servers.nats_server(config=config) as server:
        await answers(settings_for(server, authority.pem, first=True))
        words = await refusal(f"tls://{LOCAL}:{server.port}", Tls(authority.pem), 5)
        assert "WAGATE_NATS_TLS_FIRST" in words


async def test_a_server_that_speaks_first_is_told_apart(encrypted: NatsServer, authority: Authority) -> None:
    """WAGATE_NATS_TLS_FIRST for a server without `handshake_first` is named as what may be wrong."""
    words = await refusal(f"tls://{LOCAL}:{encrypted.port}", Tls(authority.pem, first=True))
    assert "WAGATE_NATS_TLS_FIRST" in words


@pytest.mark.parametrize(
    ("ca", "words"),
    [
        ("", "neither a certificate as PEM text nor the path of a file"),
        ("/no/such/file", "neither a certificate as PEM text nor the path of a file"),
        (__file__, "no readable certificates"),
        ("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n", "no readable certificates"),
    ],
)
async def test_a_ca_that_cannot_be_read_is_told(ca: str, words: str) -> None:
    """An empty one too: it is not the same as none, which would mean no TLS."""
    with pytest.raises(BusUnavailable, match=f"WAGATE_NATS_CA .*{re.escape(words)}"):
        await NatsBus.connect("nats://127.0.0.1:9", name="test", tls=Tls(ca), within=1)
