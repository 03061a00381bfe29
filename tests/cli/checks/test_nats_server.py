"""`wagate doctor` where NATS is one of its own: the settings in the environment are tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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
