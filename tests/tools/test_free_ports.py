"""`tools/free_ports.py` says that a port is taken before anything is installed, and nothing else."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.commands.sandbox import sandbox
from cli.commands.up import up
from tools import free_ports

ROOT = Path(__file__).parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def make(tmp_path: Path, command: str, words: str) -> subprocess.CompletedProcess[str]:
    """`make up` or `make sandbox` where nothing is installed, and an installation would fail at once."""
    (tmp_path / "tools").mkdir()
    for name in ("Makefile", "tools/free_ports.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "tools/bootstrap.py").write_text("raise SystemExit('it is installed now')")
    arguments = ["make", "--silent", command, f"PYTHON={sys.executable}", f"ARGS={words}"]
    return subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_taken_port_is_told_before_the_installation(tmp_path: Path, taken: int, option: str) -> None:
    """With the command that goes on with another port, which is free."""
    other = {"--port": "--control-port", "--control-port": "--port"}[option]
    done = make(tmp_path, "sandbox", f"{option} {taken} {other}=0")
    assert done.returncode != 0
    assert f"port {taken} on 127.0.0.1 is taken" in done.stderr
    assert f'make sandbox ARGS="{option} ' in done.stderr
    proposed = int(done.stderr.split(f'ARGS="{option} ')[1].split('"')[0])
    assert not free_ports.is_taken("127.0.0.1", proposed)
    assert "it is installed now" not in done.stderr


@pytest.mark.parametrize("words", ["--port 0", "--port={taken} --help", "--port nothing", "--port={taken} --port 0"])
def test_what_is_no_taken_port_is_installed(tmp_path: Path, taken: int, words: str) -> None:
    """Any port, a question, and words that the command itself refuses."""
    done = make(tmp_path, "up", words.format(taken=taken))
    assert done.stderr.startswith("it is installed now")


def test_the_ports_are_those_of_the_commands() -> None:
    """As the command line declares them."""
    for name, command in (("up", up), ("sandbox", sandbox)):
        declared = {option.opts[0]: option.default for option in command.params if "port" in str(option.name)}
        assert free_ports.PORTS[name] == declared
