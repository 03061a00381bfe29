"""The gateway and sandbox that the pages talk about, started as they say, on free ports."""

import contextlib
import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

from tests.emulators.process import ServerProcess

READY_WITHIN = 90.0
"""Seconds; it takes about 5 when nothing else runs."""


@contextlib.contextmanager
def running_gateway(folder: Path) -> Generator[dict[str, str]]:
    """Run ``wagate sandbox`` in ``folder``; yield what stands in the pages, and what to type instead."""
    log = folder / "wagate.log"
    process = ServerProcess.start(
        [Path(sys.prefix, "bin", "wagate"), "sandbox", "--port", "0", "--control-port", "0", "--json"],
        log=log,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        cwd=folder,
    )
    try:
        process.wait_until(lambda: _where(log) is not None, within=READY_WITHIN)
        where = _where(log) or {}
        yield {
            "localhost:3000": urlsplit(where["url"]).netloc,
            "localhost:3999": urlsplit(where["sandbox_url"]).netloc,
        }
    finally:
        process.stop()


def _where(log: Path) -> dict[str, str] | None:
    """Return the line of JSON that says it is ready, once it is there."""
    lines = log.read_text(errors="replace").splitlines(keepends=True)
    return next((json.loads(line) for line in lines if line.startswith("{") and line.endswith("}\n")), None)
