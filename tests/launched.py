"""A whole gateway as its users start it: `wagate sandbox` or `wagate up` as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAGATE = str(Path(sys.prefix, "bin", "wagate"))
READY_WITHIN = 90.0
"""Seconds; it takes 3 to 5 on two idle cores."""
GONE_WITHIN = 60.0
"""Seconds; what has not ended after 5 is killed, which a busy machine takes its time for."""


def environment(**more: str) -> dict[str, str]:
    """This process' environment without what a developer may have set for `wagate`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("WAGATE_", "SANDBOX_"))}
    own.pop("WHATSAPP_PROXY", None)
    own.pop("SSL_CERT_FILE", None)
    return own | more


@dataclass(slots=True)
class Launched:
    """One `wagate up` or `wagate sandbox`."""

    process: subprocess.Popen[str]
    data: Path
    ready: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    @property
    def sandbox_url(self) -> str:
        return str(self.ready["sandboxUrl"])

    @property
    def admin_key(self) -> str:
        return (self.data / "admin-key").read_text().strip()

    def wagate(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run another `wagate` against it, knowing nothing but its data folder."""
        return wagate(*arguments, **{"WAGATE_DATA_DIR": str(self.data)} | more)

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(GONE_WITHIN)
        finally:
            self.process.kill()


def wagate(*arguments: str, timeout: float = 60, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `wagate` to its end."""
    return subprocess.run(
        [WAGATE, *arguments], env=environment(**more), capture_output=True, text=True, timeout=timeout, check=False
    )


@contextlib.contextmanager
def launched(command: str, data: Path, *options: str, **more: str) -> Generator[Launched]:
    """Start `wagate COMMAND` on free ports, wait until it says that it is ready, stop it at the end."""
    if command == "sandbox":
        options = (*options, "--control-port", "0")
    process = subprocess.Popen(
        [WAGATE, command, "--port", "0", "--data", str(data), "--json", *options],
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started = Launched(process, data, {})
    try:
        assert process.stdout is not None
        readable, _, _ = select.select([process.stdout], [], [], READY_WITHIN)
        line = process.stdout.readline() if readable else ""
        if not line or not json.loads(line)["success"]:
            started.stop()
            assert process.stderr is not None
            raise AssertionError(f"{line or 'not ready in time'}\n{process.stderr.read()}")
        started.ready = json.loads(line)
        yield started
    finally:
        started.stop()
