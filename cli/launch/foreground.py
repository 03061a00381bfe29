"""Runs a gateway in the foreground of a terminal: what `wagate up` and `wagate sandbox` have in common."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from cli.checks.settings import wrong_settings
from cli.checks.storage import storage
from cli.gateway import ports
from cli.gateway.data_folder import DataFolder, Kind, RunningGateway
from cli.launch import gateway
from cli.launch.logs import LARGEST
from cli.program.failure import Failure
from cli.program.output import print_json, tell
from shared.leaving import leave
from shared.settings import LEAST_SECRET

_SHORT_SECRETS = "WAGATE_ALLOW_SHORT_SECRETS"
_YES = frozenset({"1", "true", "yes", "on", "y", "t"})
_LEAST_LOG = 4096
_SANDBOX_SETTINGS = ("SANDBOX_ROOT_KEY", "WAGATE_SHARD_LAUNCHER")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for."""

    kind: Kind
    host: str
    port: int
    data: Path
    control_port: int | None


def run_in_foreground(asked: Asked, next_steps: Callable[[RunningGateway, Path], str], *, as_json: bool) -> None:
    """Run the gateway until Ctrl-C or SIGTERM; the process ends with it, with status 0.

    Raises:
        Failure: a setting is wrong, the folder or what is in it cannot be used, a port is taken, or a process does not
            start.
    """
    if wrong := list(wrong_settings()):
        raise Failure("\n".join(wrong), remedy="Correct it in the environment.", code="BAD_SETTING")
    folder = DataFolder(asked.data)
    for finding in storage(folder):
        if finding.state == "fail":
            raise Failure(finding.text, remedy=finding.remedy, code="DATA_FOLDER")
    port = ports.claim(asked.host, asked.port, "--port")
    control = None if asked.control_port is None else ports.claim("127.0.0.1", asked.control_port, "--control-port")
    folder.prepare(asked.kind)

    def on_ready(running: RunningGateway) -> None:
        if as_json:
            where = {"url": running.url, "sandboxUrl": running.sandbox_url, "data": str(asked.data)}
            print_json({"success": True, **where})
        else:
            click.echo(next_steps(running, asked.data))

    with folder.locked() as lock:
        inherited = dict(os.environ)
        if asked.kind == "whatsapp":
            for name in _SANDBOX_SETTINGS:  # left over in the shell: a real number must never meet a sandbox's key
                inherited.pop(name, None)
        if asked.kind == "sandbox":
            inherited.setdefault(_SHORT_SECRETS, "true")  # no real number is behind it
        admin_key = _admin_key(folder, inherited)
        if len(admin_key) < LEAST_SECRET and inherited.get(_SHORT_SECRETS, "").lower() not in _YES:
            raise Failure(
                f"The admin key has fewer than {LEAST_SECRET} characters, so it can be guessed.",
                remedy="Set WAGATE_ADMIN_KEY to what 'openssl rand -hex 32' prints, or to nothing: then one is made.",
                code="SHORT_SECRET",
            )
        plan = gateway.Plan(folder, lock, asked.host, port, inherited, admin_key, control, _log_bytes(inherited))
        tell(f"Starting wagate in {asked.data} ...")
        asyncio.run(gateway.run(plan, on_ready))
        tell("Stopped.")
    leave(0)


def _log_bytes(inherited: Mapping[str, str]) -> int:
    given = inherited.get("WAGATE_LOG_BYTES", "").strip()
    if not given:
        return LARGEST
    if not given.isdecimal() or int(given) < _LEAST_LOG:
        raise Failure(
            f"WAGATE_LOG_BYTES is no number of bytes from {_LEAST_LOG} on.",
            remedy="Correct it in the environment.",
            code="BAD_SETTING",
        )
    return int(given)


def _admin_key(folder: DataFolder, inherited: dict[str, str]) -> str:
    """The environment's admin key, else the folder's, made at the first start."""
    if given := inherited.get("WAGATE_ADMIN_KEY", "").strip():
        return given
    if folder.make_admin_key():
        tell(f"  A new admin key is in {folder.admin_key_file}.")
    key = folder.admin_key()
    if key is None:
        raise Failure(
            f"The admin key in {folder.admin_key_file} cannot be read.",
            remedy="Make the file readable for you, or delete it: a new key is made then.",
            code="DATA_FOLDER",
        )
    return key
