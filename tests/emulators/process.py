"""A server run as a child process: started, waited for until it answers, stopped by its own pid."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 60.0
"""Seconds a server has to answer; the slowest (ministack) takes 1-2 s, more when every core is busy."""

GONE_WITHIN = 20.0
"""Seconds a server has to end after SIGTERM, before it is killed."""


class ServerFailedError(RuntimeError):
    """A server ended, or did not answer in time; carries the end of its log."""


@dataclass(slots=True)
class ServerProcess:
    """One running child process whose output goes to ``log``."""

    popen: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> "ServerProcess":
        """Start ``command`` with exactly the environment ``env``, appending its output to ``log``."""
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                pass_fds=pass_fds,
            )
        return cls(popen=popen, log=log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    def wait_until(self, answers: Callable[[], bool], *, within: float = READY_WITHIN) -> None:
        """Return as soon as ``answers()`` is true.

        Raises:
            ServerFailedError: the process ended first, or ``within`` seconds passed.
        """
        deadline = time.monotonic() + within
        while not answers():
            try:
                code = self.popen.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
                raise ServerFailedError(f"no answer within {within:g} s\n{self.tail()}") from None
            raise ServerFailedError(f"ended with status {code}\n{self.tail()}")

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash would; returns when it is gone."""
        self.popen.kill()
        self.popen.wait(timeout=GONE_WITHIN)

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait; killed if it has not gone in ``GONE_WITHIN`` seconds."""
        if self.popen.poll() is not None:
            return
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(timeout=GONE_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def tail(self) -> str:
        """Return the last 2,000 characters it printed."""
        return self.log.read_text(errors="replace")[-2000:]


def listening_socket() -> socket.socket:
    """Return a socket that listens on a free port of 127.0.0.1, for a child to take over."""
    return socket.create_server(("127.0.0.1", 0), backlog=1024)
