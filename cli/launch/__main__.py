"""The program that `wagate up` and `wagate sandbox` become: it runs a gateway, and loads little for it."""

from __future__ import annotations

from shared import plain_shutil  # noqa: F401 # pyright: ignore[reportUnusedImport] - before others
from shared.without_openssl import asyncio

# isort: split

import os
import sys

from cli.gateway.data_folder import DataFolder, RunningGateway
from cli.launch import gateway
from cli.launch.asked import Asked
from cli.launch.logs import LARGEST
from cli.launch.next_steps import next_steps
from cli.launch.window import open_console
from cli.program.failure import Failure
from cli.program.interrupts import end_at_once_when_interrupted
from cli.program.output import print_json, say, tell
from shared.leaving import leave


def main(asked: Asked) -> int:
    """Run the gateway until Ctrl-C or SIGTERM; the exit status."""
    folder = DataFolder(asked.data)

    def on_ready(running: RunningGateway) -> None:
        if asked.as_json:
            where = {"url": running.url, "sandboxUrl": running.sandbox_url, "data": str(asked.data)}
            print_json({"success": True, **where})
        else:
            say(next_steps(running, asked.data))
        if asked.opens:
            open_console(running.url)

    try:
        with folder.locked() as lock:
            tell(f"Starting wagate in {asked.data} ...")
            asyncio.run(gateway.run(_plan(asked, folder, lock), on_ready))
            tell("Stopped.")
    except Failure as failure:
        from cli.program.command import report  # noqa: PLC0415 - with all of the command line, now that it is over

        report(failure, as_json=asked.as_json)
        return failure.exit_code
    return 0


def _plan(asked: Asked, folder: DataFolder, lock: int) -> gateway.Plan:
    inherited = dict(os.environ)
    return gateway.Plan(
        folder,
        lock,
        asked.host,
        asked.port,
        inherited,
        inherited.get("WAGATE_ADMIN_KEY", "").strip() or folder.admin_key() or "",
        asked.control_port,
        int(inherited.get("WAGATE_LOG_BYTES", "").strip() or LARGEST),
    )


if __name__ == "__main__":
    end_at_once_when_interrupted()
    leave(main(Asked.decode(sys.argv[1])))
