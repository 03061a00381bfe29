"""A bare Debian in a folder: what a new machine has, and nothing of this one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKOUT = "/root/wagate"
NEEDED = ("debootstrap", "unshare", "chroot", "git")

_MIRROR = "http://deb.debian.org/debian"
_PACKAGES = "python3,make,git,ca-certificates"
"""What the README says one needs, and the authorities that every Debian with a way to the internet has."""
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_THE_WAY_OUT = ("PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "CI")
"""Settings of this machine that a new one in its place would need too."""
_ENTER = """
set -e
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --rbind /sys "$1/sys"
mount -t tmpfs tmpfs "$1/tmp"
exec chroot "$1" /bin/sh -c "cd $2; $3; exit \\$?"
"""
"""Runs a command in the system, in namespaces of its own: whatever it mounts or leaves running ends with it.

The shell inside is process 1 there and collects what others leave behind; it does not hear Ctrl-C, its child does.
"""


@dataclass(frozen=True, slots=True)
class FreshSystem:
    """A Debian with a clone of this checkout's last commit in it."""

    folder: Path

    def run(self, command: str, within: float, output: Path) -> int:
        """Run a shell command in the clone, its words into a file and here; return its exit status.

        Raises:
            subprocess.TimeoutExpired: it did not end within these seconds; it is killed then.
        """
        with output.open("wb") as log, self.started(command, log.fileno()) as process:
            return process.wait(within)

    @contextmanager
    def started(self, command: str, output: int = subprocess.PIPE) -> Generator[subprocess.Popen[str]]:
        """Run a shell command in the clone; it and all it started are gone at the end."""
        process = subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
                *("sh", "-c", _ENTER, "sh", str(self.folder), CHECKOUT, command),
            ],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", **_way_out()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def path(self, inside: str) -> Path:
        """A path of the system, as this machine sees it."""
        return self.folder / inside.lstrip("/")


def interrupt(process: subprocess.Popen[str]) -> None:
    """Do what Ctrl-C does in a terminal."""
    os.killpg(process.pid, signal.SIGINT)


def missing() -> list[str]:
    """What keeps such a system from being made here; empty when nothing does."""
    tools = [tool for tool in NEEDED if shutil.which(tool) is None]
    return tools if os.geteuid() == 0 else ["root", *tools]


def make(folder: Path, suite: str) -> FreshSystem:
    """Make one of a Debian's suite, such as `bookworm`.

    Raises:
        subprocess.CalledProcessError: it could not be made; the words are on stderr.
    """
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", suite, str(folder), _MIRROR],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    shutil.copy2(_CERTIFICATES, folder / _CERTIFICATES.relative_to("/"))
    for name in ("resolv.conf", "hosts"):
        shutil.copy2(Path("/etc", name), folder / "etc" / name)
    system = FreshSystem(folder)
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(system.path(CHECKOUT))], check=True)
    return system


def _way_out() -> dict[str, str]:
    return {name: os.environ[name] for name in _THE_WAY_OUT if name in os.environ}
