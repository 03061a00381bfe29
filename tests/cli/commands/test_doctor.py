"""`wagate doctor` names what is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from cli.checks.whatsapp import whatsapp
from cli.gateway.data_folder import DataFolder
from cli.gateway.left_behind import left_behind
from tests.cli.processes import until
from tests.launched import Launched, wagate
from tests.session_host.gateway_host import ROOT

heard: list[bytes] = []
"""What the proxies of the tests were asked."""


@pytest.fixture
def proxy() -> Generator[Callable[[bytes | None], str]]:
    """Makes a proxy that takes one connection and answers it with these bytes, or with silence."""
    servers: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def make(answer: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(answer)
                connection.recv(4096)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield make
    for thread in threads:
        thread.join(10)
    for server in servers:
        server.close()


def test_proxy_with_something_else_behind_it(proxy: Callable[[bytes], str]) -> None:
    """Who answers as WhatsApp but speaks no TLS is named as that."""
    (finding,) = whatsapp(proxy(b"HTTP/1.1 200 OK\r\n\r\nHello, I am no TLS server.\r\n"), None)
    assert (finding.state, finding.text.split(":")[0]) == ("fail", "TLS")


@pytest.mark.parametrize("proxy_url", ["gopher://127.0.0.1:1", "127.0.0.1:3128", "http://user:pa#ss@127.0.0.1:3128"])
def test_proxy_that_is_no_address(proxy_url: str) -> None:
    """A setting that cannot work is named; it is not shown, since it may hold a password."""
    (finding,) = whatsapp(proxy_url, None)
    assert (finding.state, finding.text.split(":")[0]) == ("fail", "WHATSAPP_PROXY")
    assert proxy_url not in finding.text + finding.remedy


def test_proxy_is_told_who_asks(proxy: Callable[[bytes], str]) -> None:
    """As a session host tells it: what lets sessions through lets the doctor through."""
    address = proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").removeprefix("http://")
    heard.clear()
    (_,) = whatsapp(f"http://user:pa%23ss@{address}", None)
    assert b"Proxy-Authorization: Basic dXNlcjpwYSNzcw==" in heard[0]


@pytest.mark.parametrize("name", ["WHATSAPP_PROXY", "WAGATE_WHATSAPP_PROXY"])
def test_wrong_settings_are_named(tmp_path: Path, name: str) -> None:
    """Each with its variable, and none with its value; `up` refuses them at once with the same words."""
    wrong = {name: "http://user:pa#ss@proxy:3128", "WAGATE_PORT": "http"}
    done = wagate("doctor", "--data", str(tmp_path / "data"), "--json", **wrong)
    findings = [finding for finding in json.loads(done.stdout)["findings"] if finding["check"] == "settings"]
    assert {finding["text"].split(":")[0] for finding in findings} == {"WHATSAPP_PROXY", "WAGATE_PORT"}
    started = wagate("up", "--data", str(tmp_path / "data"), **wrong)
    assert started.returncode == 1
    assert "Traceback" not in started.stderr
    assert "WHATSAPP_PROXY: " in started.stderr
    assert "pa#ss" not in done.stdout + done.stderr + started.stdout + started.stderr
    assert not (tmp_path / "data").exists()


def test_unreachable_whatsapp_fails_with_its_cause(tmp_path: Path) -> None:
    """A machine from which WhatsApp cannot be reached is told so, with the step that fails: exit code 1."""
    done = wagate("doctor", "--data", str(tmp_path / "data"), "--json", WHATSAPP_PROXY="http://wa.invalid:1")
    assert done.returncode == 1
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings["WhatsApp"]["state"] == "fail"
    assert findings["WhatsApp"]["text"].startswith("DNS")
    assert {findings[name]["state"] for name in ("Python", "neonize", "libmagic", "API", "nats-server")} == {"ok"}
    assert not (tmp_path / "data").exists()


def test_running_sandbox_is_all_well(gateway: Launched) -> None:
    """With the sandbox as WhatsApp everything is ok, TLS through its proxy too: exit code 0."""
    done = gateway.wagate("doctor", "--json")
    findings = json.loads(done.stdout)["findings"]
    assert [finding for finding in findings if finding["state"] == "fail"] == []
    assert done.returncode == 0
    assert {"NATS", "gateway"} <= {finding["check"] for finding in findings}
    assert [finding["text"] for finding in findings if "MiB of events" in finding["text"]]


GATEWAY = """
import subprocess, sys
from pathlib import Path
from cli.gateway.data_folder import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.prepare("whatsapp")
with folder.locked() as lock:
    stuck = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", stuck], process_group=0, pass_fds=[lock], stdout=subprocess.PIPE)
    folder.write_group(child.pid)
    child.stdout.readline()
    print(child.pid, flush=True)
    sys.stdin.readline()
"""
"""Starts one process as a gateway does, on its folder; it is killed with what would end that process."""


@pytest.mark.broken("Processes of a killed gateway still run", "gateway", "still run", "kill -KILL")
def test_what_a_killed_gateway_left_behind_is_found(tmp_path: Path) -> None:
    """A process that hangs: it is named, and how to end it; `up` does not start beside it."""
    data = tmp_path / "data"
    command = [sys.executable, "-c", GATEWAY, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        group = int(gateway.stdout.readline())
        try:
            assert left_behind(DataFolder(data)) is None  # it looks after it
            gateway.kill()
            gateway.wait()
            told = wagate("doctor", "--data", str(data))
            refused = wagate("up", "--port", "0", "--data", str(data))
        finally:
            os.killpg(group, signal.SIGKILL)
    assert told.returncode == 1
    assert f"({group})" in told.stdout
    assert f"kill -KILL -- -{group}" in told.stdout
    assert "wagate doctor" in refused.stderr
    until(lambda: left_behind(DataFolder(data)) is None)
