"""`wagate up` and `wagate sandbox` as processes: what they start, what becomes of it."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import stat
import subprocess
from collections.abc import Generator
from pathlib import Path

import httpx
import psutil
import pytest

from shared.ids import now_ms
from tests.cli.processes import alive, children_of, named, running, until
from tests.launched import WAGATE, Launched, environment, launched, wagate


@pytest.fixture
def up(tmp_path: Path) -> Generator[Launched]:
    """A running `wagate up` of one test, to kill as it likes. WhatsApp cannot be reached by it, or can: no matter."""
    with launched("up", tmp_path / "data") as started:
        yield started


BUSY = 5.0
"""Seconds that a busy machine may add to what a gateway promises."""


def is_ready(gateway: Launched) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{gateway.url}/ready", timeout=30).is_success
    return False


def test_ctrl_c_stops_everything_in_5_seconds(up: Launched) -> None:
    """Ctrl-C ends with status 0, no process left, and the folder free for the next start."""
    children = children_of(up.process.pid)
    for program in ("nats-server", "session_host", "functions"):
        named(children, program)
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(5 + BUSY) == 0
    until(lambda: alive(children) == [], within=BUSY)  # what had to be killed ends a moment later
    assert not (up.data / "run" / "gateway.json").exists()


def test_kill_9_leaves_no_child(up: Launched) -> None:
    """However the gateway ends, what it started ends within 6 s, and the folder can be used again at once."""
    children = children_of(up.process.pid)
    up.process.kill()
    until(lambda: alive(children) == [], within=6 + BUSY)
    with launched("up", up.data) as again:
        until(lambda: is_ready(again))


def test_a_guardian_that_is_killed_is_replaced(up: Launched) -> None:
    """Then kill -9 of the gateway still leaves nothing."""
    first = named(children_of(up.process.pid), "guardian.sh")
    first.kill()
    until(lambda: running(children_of(up.process.pid), "guardian.sh") not in ([], [first]))
    children = children_of(up.process.pid)
    up.process.kill()
    until(lambda: alive(children) == [], within=6 + BUSY)


def test_nothing_outlives_a_gateway_and_its_guardian(up: Launched) -> None:
    """Both killed in one moment, out of memory: what they started stops by itself, and the folder is free."""
    kill_both(up)
    with launched("up", up.data) as again:
        until(lambda: is_ready(again))


def kill_both(gateway: Launched) -> list[psutil.Process]:
    """Kill a gateway and its guardian so that neither sees the other go; what they started."""
    children = children_of(gateway.process.pid)
    guardian = named(children, "guardian.sh")
    gateway.process.send_signal(signal.SIGSTOP)
    guardian.kill()
    gateway.process.kill()
    gateway.process.wait()
    return children


def test_second_ctrl_c_ends_at_once(up: Launched) -> None:
    """A child that does not stop is not waited for when Ctrl-C is pressed again."""
    children = children_of(up.process.pid)
    named(children, "session_host").suspend()  # it cannot stop by itself
    up.process.send_signal(signal.SIGINT)
    assert up.process.stderr is not None
    while "Stopping" not in (said := up.process.stderr.readline()):
        assert said
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(4) == 0, "the one that does not stop is waited for 4.2 s"
    until(lambda: alive(children) == [], within=BUSY)


@pytest.mark.parametrize("program", ["functions", "nats-server", "session_host"])
def test_a_child_that_dies_is_started_again(up: Launched, program: str) -> None:
    """Each process that dies comes back, at the same place, and it says so."""
    victim = named(children_of(up.process.pid), program)
    victim.kill()
    until(lambda: alive([victim]) == [])
    until(lambda: running(children_of(up.process.pid), program) != [] and is_ready(up))
    up.stop()
    assert up.process.stderr is not None
    assert "starting it again" in up.process.stderr.read()


def test_first_start_makes_an_admin_key_for_its_owner_only(up: Launched) -> None:
    """The admin key, the folder and what is in it are nobody else's business."""
    assert stat.S_IMODE((up.data / "admin-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(up.data.stat().st_mode) == 0o700
    made = up.wagate("keys", "create", "first", "--json")
    assert made.returncode == 0, made.stderr


def test_a_short_admin_key_is_refused(tmp_path: Path) -> None:
    """`admin123` was guessed in a second; nothing is started, and the key is not repeated."""
    refused = wagate("up", "--port", "0", "--data", str(tmp_path / "data"), "--json", WAGATE_ADMIN_KEY="admin123")
    told = json.loads(refused.stdout)
    assert (refused.returncode, told["code"]) == (1, "SHORT_SECRET")
    assert "openssl rand" in told["error"]
    assert "admin123" not in refused.stdout + refused.stderr


def test_a_sandbox_takes_a_short_admin_key(tmp_path: Path) -> None:
    """No real number is behind it: a tutorial may use a key that people can type."""
    with launched("sandbox", tmp_path / "data", WAGATE_ADMIN_KEY="admin123") as sandbox:
        listed = httpx.get(f"{sandbox.url}/api/admin/apikeys", headers={"X-Admin-Key": "admin123"}, timeout=30)
    assert listed.status_code == 200


def test_no_secret_in_the_list_of_processes(up: Launched) -> None:
    """`ps` shows neither the admin key nor the token of NATS."""
    token = httpx.Response(200, content=(up.data / "run" / "gateway.json").read_bytes()).json()["nats_token"]
    shown: list[str] = []
    for each in children_of(up.process.pid):
        with contextlib.suppress(psutil.NoSuchProcess):  # one that was at work for a moment only
            shown += each.cmdline()
    assert shown
    assert not any(up.admin_key in part or token in part for part in shown)


def test_folder_in_use_is_refused(up: Launched) -> None:
    """Two gateways on one folder would be two owners of one number: the second names the first."""
    second = wagate("up", "--port", "0", "--data", str(up.data))
    assert second.returncode == 1
    assert f"process {up.process.pid}" in second.stderr
    until(lambda: is_ready(up))


def test_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    """It says which port, and how to choose another; nothing was started or written."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = wagate("up", "--port", str(port), "--data", str(tmp_path / "data"))
    assert refused.returncode == 1
    assert f"Port {port}" in refused.stderr
    assert "--port" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_sandbox_and_real_numbers_never_share_a_folder(tmp_path: Path) -> None:
    """A folder that held real numbers is refused by the sandbox, and the other way round."""
    for kind, command in (("whatsapp", "sandbox"), ("sandbox", "up")):
        folder = tmp_path / kind
        folder.mkdir()
        (folder / "kind").write_text(kind + "\n")
        refused = wagate(command, "--port", "0", "--data", str(folder))
        assert refused.returncode == 1
        assert "--data" in refused.stderr


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the way is a sentence, not a traceback."""
    (tmp_path / "file").touch()
    refused = wagate("up", "--port", "0", "--data", str(tmp_path / "file" / "data"))
    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_ctrl_c_while_it_starts(tmp_path: Path) -> None:
    """Ctrl-C before it is ready stops what was started so far."""
    process = subprocess.Popen(
        [WAGATE, "up", "--port", "0", "--data", str(tmp_path / "data")],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        while "NATS" not in (said := process.stderr.readline()):
            assert said
        children = children_of(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(6 + BUSY) == 0
        until(lambda: alive(children) == [], within=BUSY)
    finally:
        process.kill()


def test_logs_of_earlier_starts_are_kept(tmp_path: Path) -> None:
    """Every start has a log of its own; the one before is beside it."""
    for _ in range(2):
        with launched("up", tmp_path / "data"):
            pass
    logs = {path.name for path in (tmp_path / "data" / "logs").iterdir()}
    assert {"nats.log", "nats.log.1", "api.log", "session-host.log", "session-host.log.1"} <= logs
    assert (tmp_path / "data" / "logs" / "nats.log.1").stat().st_size > 0


def test_sandbox_that_crashes_comes_back_with_its_phones(tmp_path: Path) -> None:
    """The sandbox starts again at the same addresses with what was paired: the session connects by itself."""
    with launched("sandbox", tmp_path / "data") as gateway:
        headers = {"X-API-Key": gateway.wagate("keys", "create", "test").stdout.strip()}
        phone = {"number": "628111111111"}
        httpx.post(f"{gateway.sandbox_url}/phones", json=phone, timeout=30).raise_for_status()
        qr = httpx.get(f"{gateway.url}/api/qr", headers=headers, timeout=30).json()["qr"]
        httpx.post(f"{gateway.sandbox_url}/phones/628111111111/scan", json={"qr": qr}, timeout=30).raise_for_status()

        def connected_after(moment: int) -> bool:
            state = httpx.get(f"{gateway.url}/api/status", headers=headers, timeout=30).json()
            return state["connected"] and state["since"] > moment

        until(lambda: connected_after(0))
        killed = now_ms()
        named(children_of(gateway.process.pid), "sandbox").kill()
        until(lambda: connected_after(killed))
