"""NATS servers with which no gateway works."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.events.model import Publication
from tests.cli.checks.broken.conftest import Doctor
from tests.emulators import servers
from tests.emulators.certificates import Authority
from tests.emulators.nats_process import NatsServer, free_port

TOKEN, OTHER = "the-token", "another-one"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Generator[NatsServer]:
    """A server that proves who it is, and wants a token."""
    tls = Authority.make().nats_configuration(tmp_path_factory.mktemp("tls"), "127.0.0.1")
    with servers.nats_server(jetstream=True, config=f'authorization {{ token: "{TOKEN}" }}\n{tls}') as server:
        yield server


@pytest.mark.broken("NATS does not run", "NATS", "cannot be used", "WAGATE_NATS_URL")
def test_a_server_that_is_not_there(doctor: Doctor) -> None:
    """Where it is set to be."""
    doctor.finds(WAGATE_NATS_URL=f"nats://127.0.0.1:{free_port()}")


@pytest.mark.broken("NATS wants another token", "NATS", "Authorization Violation", "WAGATE_NATS_TOKEN")
def test_another_token(doctor: Doctor) -> None:
    """It is not shown."""
    with servers.nats_server(jetstream=True, config=f'authorization {{ token: "{TOKEN}" }}\n') as server:
        found = doctor.finds(WAGATE_NATS_URL=server.url, WAGATE_NATS_TOKEN=OTHER)
    assert OTHER not in str(found)


@pytest.mark.broken("NATS' certificate is of an unknown signer", "NATS", "Set WAGATE_NATS_CA", "WAGATE_NATS_URL")
def test_another_authority(doctor: Doctor, locked: NatsServer) -> None:
    """The token was not told to it."""
    url = f"tls://127.0.0.1:{locked.port}"
    doctor.finds(WAGATE_NATS_URL=url, WAGATE_NATS_CA=Authority.make().pem, WAGATE_NATS_TOKEN=TOKEN)


@pytest.mark.broken("NATS' JetStream is off", "NATS", "its JetStream is off", "nats-server -js")
def test_no_jetstream(doctor: Doctor) -> None:
    """Nothing would be kept of events."""
    with servers.nats_server(jetstream=False) as server:
        doctor.finds(WAGATE_NATS_URL=server.url)


def filled(url: str, size: int) -> None:
    """Put events of so many bytes into a log of a million."""

    async def fill() -> None:
        bus = await NatsBus.connect(url, name="test")
        try:
            log = bus.event_log(StreamLimits(max_bytes=1_000_000))
            await log.publish([Publication("journal", 1, "ses_a", "message_received", b"x" * size, "key_a")])
        finally:
            await bus.close()

    asyncio.run(fill())


@pytest.mark.broken("The log of events is full", "NATS", "is full", "WAGATE_EVENTS_MAX_BYTES")
def test_a_full_log(doctor: Doctor, own_nats: NatsServer) -> None:
    """Events wait in the journals then, and nobody hears of them."""
    filled(own_nats.url, 999_500)
    doctor.finds(WAGATE_NATS_URL=own_nats.url)


@pytest.mark.broken("The log of events is nearly full", "NATS", "85% full", "WAGATE_EVENTS_MAX_BYTES", state="warn")
def test_a_log_that_is_nearly_full(doctor: Doctor, own_nats: NatsServer) -> None:
    """Before it is."""
    filled(own_nats.url, 850_000)
    doctor.finds(WAGATE_NATS_URL=own_nats.url)
