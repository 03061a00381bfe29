"""Checks what a gateway needs, then becomes it: what `wagate up` and `wagate sandbox` have in common.

A gateway runs for months and needs nothing of what read the command line and the settings, 40 MB. So the process goes
on as another program (`cli.launch.__main__`), under the same process id.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from dataclasses import replace
from typing import NoReturn

from cli.checks.settings import wrong_settings
from cli.checks.storage import storage
from cli.gateway import ports
from cli.gateway.data_folder import DataFolder
from cli.launch.asked import Asked
from cli.program.failure import Failure
from cli.program.output import tell
from shared.settings import LEAST_SECRET

_SHORT_SECRETS = "WAGATE_ALLOW_SHORT_SECRETS"
_YES = frozenset({"1", "true", "yes", "on", "y", "t"})
_LEAST_LOG = 4096
_SANDBOX_SETTINGS = ("SANDBOX_ROOT_KEY", "WAGATE_SANDBOX_URL", "WAGATE_SHARD_LAUNCHER")


def run_in_foreground(asked: Asked) -> NoReturn:
    """Run the gateway until Ctrl-C or SIGTERM; the process ends with it, with status 0.

    Raises:
        Failure: a setting is wrong, the folder or what is in it cannot be used, or a port is taken.
    """
    if wrong := list(wrong_settings()):
        raise Failure("\n".join(wrong), remedy="Correct it in the environment.", code="BAD_SETTING")
    _check_log_bytes(os.environ)
    folder = DataFolder(asked.data)
    for finding in storage(folder):
        if finding.state == "fail":
            raise Failure(finding.text, remedy=finding.remedy, code="DATA_FOLDER")
    port = ports.claim(asked.host, asked.port, "--port")
    control = None if asked.control_port is None else ports.claim("127.0.0.1", asked.control_port, "--control-port")
    folder.prepare(asked.kind)
    environment = dict(os.environ)
    if asked.kind == "whatsapp":
        for name in _SANDBOX_SETTINGS:  # left over in the shell: a real number must never meet a sandbox's key
            environment.pop(name, None)
    else:
        environment.setdefault(_SHORT_SECRETS, "true")  # no real number is behind it
    _check_admin_key(folder, environment)
    become = [sys.executable, "-P", "-m", "cli.launch", replace(asked, port=port, control_port=control).encode()]
    os.execve(sys.executable, become, environment)  # noqa: S606 - there is no shell


def _check_log_bytes(environment: MutableMapping[str, str]) -> None:
    given = environment.get("WAGATE_LOG_BYTES", "").strip()
    if given and (not given.isdecimal() or int(given) < _LEAST_LOG):
        raise Failure(
            f"WAGATE_LOG_BYTES must be a number of bytes, at least {_LEAST_LOG}.",
            remedy="Correct it in the environment.",
            code="BAD_SETTING",
        )


def _check_admin_key(folder: DataFolder, environment: MutableMapping[str, str]) -> None:
    """See that there is one: the environment's, else the folder's, which is made at the first start."""
    key = environment.get("WAGATE_ADMIN_KEY", "").strip()
    if not key:
        if folder.make_admin_key():
            tell(f"  A new admin key is in {folder.admin_key_file}.")
        key = folder.admin_key() or ""
    if not key:
        raise Failure(
            f"The admin key in {folder.admin_key_file} cannot be read.",
            remedy="Make the file readable for you, or delete it: then the gateway makes a new key.",
            code="DATA_FOLDER",
        )
    if len(key) < LEAST_SECRET and environment.get(_SHORT_SECRETS, "").lower() not in _YES:
        raise Failure(
            f"The admin key has fewer than {LEAST_SECRET} characters, so it can be guessed.",
            remedy=(
                "Set WAGATE_ADMIN_KEY to the output of 'openssl rand -hex 32', or to nothing: then the "
                "gateway makes one."
            ),
            code="SHORT_SECRET",
        )
