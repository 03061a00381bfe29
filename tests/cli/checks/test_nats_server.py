"""`wagate doctor` where NATS is one of its own: the settings in the environment are tried."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.events.model import Publication
from tests.emulators import servers
from tests.emulators.certificates import Authority
from tests.emulators.nats_process import NatsServer
from tests.launched import launched, wagate

TOKEN = "the-token"  # noqa: S105 - the test's own


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture
def encrypted(authority: Authority, tmp_path: Path) -> Iterator[NatsServer]:
    config = f'authorization {{ token: "{TOKEN}" }}\n' + authority.nats_configuration(tmp_path, "127.0.0.1")
    with servers.nats_server(jetstream=True, config=config) as server:
        yield server


def found(tmp_path: Path, **settings: str) -> dict[str, Any]:
    """What the doctor says of NATS."""
    done = wagate("doctor", "--data", str(tmp_path / "data"), "--json", WAGATE_NATS_TOKEN=TOKEN, **settings)
    (finding,) = [one for one in json.loads(done.stdout)["findings"] if one["check"] == "NATS"]
    return finding


def test_nats_that_proves_who_it_is_is_ok(encrypted: NatsServer, authority: Authority, tmp_path: Path) -> None:
    """With the CA it is reached, and keeps events."""
    finding = found(tmp_path, WAGATE_NATS_URL=f"tls://127.0.0.1:{encrypted.port}", WAGATE_NATS_CA=authority.pem)
    assert finding["state"] == "ok", finding
    assert "MiB of events" in finding["text"]


async def test_a_log_of_events_that_is_nearly_full_is_named(own_nats: NatsServer, tmp_path: Path) -> None:
    """Before it is full, with what to do."""
    bus = await NatsBus.connect(own_nats.url, name="test")
    try:
        log = bus.event_log(StreamLimits(max_bytes=1_000_000))
        await log.publish([Publication("journal", 1, "ses_a", "message_received", b"x" * 850_000, "key_a")])
    finally:
        await bus.close()
    finding = await asyncio.to_thread(found, tmp_path, WAGATE_NATS_URL=own_nats.url)
    assert finding["state"] == "warn"
    assert "85% full" in finding["text"]


def test_nats_of_another_authority_is_named(encrypted: NatsServer, tmp_path: Path) -> None:
    """The words say which setting is wrong."""
    finding = found(tmp_path, WAGATE_NATS_URL=f"tls://127.0.0.1:{encrypted.port}", WAGATE_NATS_CA=Authority.make().pem)
    assert finding["state"] == "fail"
    assert "Set WAGATE_NATS_CA" in finding["text"]


def test_nats_without_tls_is_named(own_nats: NatsServer, tmp_path: Path) -> None:
    """Where TLS is demanded."""
    finding = found(tmp_path, WAGATE_NATS_URL=f"tls://127.0.0.1:{own_nats.port}")
    assert finding["state"] == "fail"
    assert "does not speak TLS" in finding["text"]


def test_a_ca_that_is_no_file_is_named(tmp_path: Path) -> None:
    """Before anything is connected to."""
    finding = found(tmp_path, WAGATE_NATS_URL="tls://127.0.0.1:9", WAGATE_NATS_CA="/no/such/file")
    assert finding["state"] == "fail"
    assert "WAGATE_NATS_CA" in finding["text"]


def test_a_gateway_on_one_machine_has_a_nats_of_its_own(tmp_path: Path) -> None:
    """Settings of TLS to another NATS, in the environment it is started in, are not for the one it starts."""
    with launched("sandbox", tmp_path / "data", WAGATE_NATS_CA="/no/such/file", WAGATE_NATS_TLS_FIRST="1") as gateway:
        assert gateway.ready["url"]
