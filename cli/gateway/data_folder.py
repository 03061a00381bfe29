"""The folder of everything that a gateway keeps on one machine, as far as the command line deals with it.

The rows, auth databases and journals in it belong to the API and the session host.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import orjson

from cli.program.failure import Failure
from shared.ids import ADMIN_KEY_PREFIX

Kind = Literal["whatsapp", "sandbox"]

_LOCK_WITHIN = 7.0
"""Seconds to wait for the processes of a gateway that was killed: they have 5 s to end (`cli/launch/guardian.sh`)."""
_LOCK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """What a running `wagate up` says of itself to the other commands on this machine."""

    pid: int
    kind: Kind
    url: str
    nats_url: str
    nats_token: str
    sandbox_url: str | None = None
    whatsapp_proxy: str | None = None
    certificates: str | None = None


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A data folder, there or not."""

    path: Path

    @property
    def admin_key_file(self) -> Path:
        """The key of the admin routes, readable by its owner only."""
        return self.path / "admin-key"

    @property
    def logs(self) -> Path:
        """One file for each process of the gateway, and those of earlier starts."""
        return self.path / "logs"

    @property
    def events(self) -> Path:
        """The log of events: the files of NATS' JetStream."""
        return self.path / "nats"

    @property
    def run(self) -> Path:
        """What only matters while a gateway runs."""
        return self.path / "run"

    @property
    def _running_file(self) -> Path:
        return self.run / "gateway.json"

    @property
    def _lock(self) -> Path:
        return self.run / "lock"

    @property
    def _gateway_lock(self) -> Path:
        return self.run / "gateway.lock"

    @property
    def _group_file(self) -> Path:
        return self.run / "group"

    def prepare(self, kind: Kind) -> None:
        """Make it when missing. A folder belongs to the real WhatsApp or to a sandbox, for good.

        Raises:
            Failure: it cannot be written, or belongs to the other kind.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.logs, self.run):
                folder.mkdir(mode=0o700, exist_ok=True)
            marker = self.path / "kind"
            if not marker.exists():
                marker.write_text(kind + "\n")
            found = marker.read_text().strip()
        except OSError as error:
            raise Failure(
                f"The data folder {self.path} cannot be used: {error.strerror}.",
                remedy="Choose another one with --data, or make yourself its owner.",
                code="DATA_FOLDER",
            ) from error
        if found != kind:
            raise Failure(
                f"The data folder {self.path} belongs to a gateway of the kind '{found}', but this one is '{kind}'.",
                remedy="Choose another one with --data: real numbers and the sandbox never share a folder.",
                code="DATA_FOLDER",
            )

    def admin_key(self) -> str | None:
        """The admin key, None before the first start (or when this user may not read it)."""
        try:
            return self.admin_key_file.read_text().strip() or None
        except OSError:
            return None

    def make_admin_key(self) -> bool:
        """Write a new admin key unless there is one; whether it was made."""
        try:
            descriptor = os.open(self.admin_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{ADMIN_KEY_PREFIX}{secrets.token_urlsafe(32)}\n")
        return True

    @contextlib.contextmanager
    def locked(self) -> Generator[int]:
        """Hold the folder; yields the descriptor of the lock, for the children to hold it as long as any of them runs.

        A second lock is this process' alone.

        Raises:
            Failure: another gateway uses it.
        """
        descriptors = [os.open(file, os.O_RDWR | os.O_CREAT, 0o600) for file in (self._lock, self._gateway_lock)]
        try:
            _hold(descriptors[0], self)
            fcntl.flock(descriptors[1], fcntl.LOCK_EX)  # nobody else has it but for a moment, to look at it
            yield descriptors[0]
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def is_used_without_gateway(self) -> bool:
        """Whether processes of a gateway run that is gone itself, and its guardian too."""
        return _is_held(self._lock) and not _is_held(self._gateway_lock)

    def write_group(self, group: int) -> None:
        """Note the process group of everything that the gateway starts."""
        self._group_file.write_text(f"{group}\n")

    def group(self) -> int | None:
        """What `write_group` noted last."""
        try:
            return int(self._group_file.read_text())
        except (OSError, ValueError):
            return None

    def write_running(self, gateway: RunningGateway) -> None:
        """Tell the other commands where the gateway is."""
        descriptor = os.open(self._running_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(asdict(gateway)))

    def forget_running(self) -> None:
        """Take back what `write_running` said."""
        self._running_file.unlink(missing_ok=True)

    def running(self) -> RunningGateway | None:
        """The gateway that runs on this folder now, None when there is none."""
        try:
            gateway = RunningGateway(**orjson.loads(self._running_file.read_bytes()))
            os.kill(gateway.pid, 0)
        except (OSError, ValueError, TypeError):
            return None  # no file, half a file, or a gateway that was killed
        return gateway


def _hold(descriptor: int, folder: DataFolder) -> None:
    deadline = time.monotonic() + _LOCK_WITHIN
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            running = folder.running()
            if running is None and time.monotonic() < deadline:
                time.sleep(_LOCK_EVERY)  # one that was killed: what it started is ending
                continue
            if folder.is_used_without_gateway():
                raise Failure(
                    f"Processes of a gateway that was killed still use the data folder {folder.path}.",
                    remedy="'wagate doctor' names them and says how to end them.",
                    code="DATA_FOLDER_IN_USE",
                ) from error
            whose = f" (process {running.pid}, {running.url})" if running else ""
            raise Failure(
                f"The data folder {folder.path} is in use by another gateway{whose}.",
                remedy="Stop that one, or choose another folder with --data.",
                code="DATA_FOLDER_IN_USE",
            ) from error
        return


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
