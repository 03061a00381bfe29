"""Free ports: whoever was given one has it until it listens there, and while it does not."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from cli.gateway import ports

OTHERS = """
import sys
from cli.gateway import ports
ports._INNER = range(int(sys.argv[1]), int(sys.argv[2]))
print(*(ports.free_port() for _ in range(10)), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> range:
    """Sixty ports, of which one is chosen: that the same comes twice is next to certain where nothing keeps it."""
    first = ports.free_port()
    few = range(first, first + 60)
    monkeypatch.setattr(ports, "_INNER", few)
    return few


def test_a_port_is_given_once(few: range) -> None:
    """By any process, and a server may listen there, be gone, and listen again."""
    command = [sys.executable, "-c", OTHERS, str(few.start), str(few.stop)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = [int(port) for port in other.stdout.readline().split()]
        ours = [ports.free_port() for _ in range(10)]
        assert len({*theirs, *ours}) == 20
        for port in ours:
            for _ in range(2):
                with socket.create_server(("127.0.0.1", port)) as server:
                    assert server.getsockname()[1] == port
        other.communicate("")


def test_a_port_that_somebody_listens_on_is_not_free(few: range) -> None:
    """For who wants a certain one, and for who wants any."""
    with socket.create_server(("127.0.0.1", ports.free_port())) as server:
        taken = server.getsockname()[1]
        assert not ports.is_free("127.0.0.1", taken)
        assert taken not in [ports.free_port() for _ in range(10)]
    assert few.start <= taken < few.stop
