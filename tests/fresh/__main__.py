"""`make fresh`: on a bare Debian, do what the README says: `make up`, `make sandbox`, `make test`.

Nothing of this machine is there: its Python is Debian's, and no tool but `make` and `git` is installed. What the tests
leave out there for want of a tool is written to a file, one a line, for a run that has the tools.
Exit status 1 when a step fails.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.fresh.system import FreshSystem, interrupt, make, missing

_READY_WITHIN = 300.0
"""Seconds, with all that is installed first."""
_GONE_WITHIN = 30.0
_TESTED_WITHIN = 3600.0
_REPORT = "/root/report.xml"


class StepFailedError(Exception):
    """Names the step and carries what it printed."""


def starts(system: FreshSystem, target: str) -> None:
    """`make up` or `make sandbox` says that it is ready, and ends at Ctrl-C; raises StepFailedError."""
    ports = "--port 0 --control-port 0" if target == "sandbox" else "--port 0"
    with system.started(f"make {target} ARGS='{ports} --json --data /root/data-{target}'") as process:
        assert process.stdout is not None
        said: list[str] = []
        deadline = time.monotonic() + _READY_WITHIN
        for line in process.stdout:
            said.append(line)
            if time.monotonic() > deadline or _is_ready(line):
                break
        if not said or not _is_ready(said[-1]):
            raise StepFailedError(f"make {target} is not ready:\n{''.join(said)}")
        interrupt(process)
        try:
            process.wait(_GONE_WITHIN)
        except subprocess.TimeoutExpired:
            raise StepFailedError(f"make {target} does not end at Ctrl-C") from None


def _is_ready(line: str) -> bool:
    try:
        return bool(json.loads(line)["success"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return False


def tested(system: FreshSystem, words: str, output: Path) -> tuple[str, list[str]]:
    """The summary, and the tests that were left out; raises StepFailedError."""
    status = system.run(f"make test ARGS='--junitxml={_REPORT} {words}'", _TESTED_WITHIN, output)
    lines = output.read_text(errors="replace").splitlines()
    if status:
        raise StepFailedError("make test:\n" + "\n".join(lines[-200:]))
    cases = ET.parse(system.path(_REPORT)).getroot().iter("testcase")  # noqa: S314 - written by our own pytest
    return lines[-1], [_id(case) for case in cases if case.find("skipped") is not None]


def _id(case: ET.Element) -> str:
    """What pytest calls a test, from its file's dotted name and its own."""
    return f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}"


def main() -> int:
    """Make the system, do it all, and say how long each step took."""
    options = argparse.ArgumentParser(prog="python -m tests.fresh", description=__doc__)
    options.add_argument("--suite", default="bookworm", help="which Debian (bookworm: Python 3.11.2, trixie: 3.13)")
    options.add_argument("--tests", default="", help="words for pytest, such as a folder; all tests if not given")
    options.add_argument("--left-out", type=Path, metavar="FILE", help="where to write the tests that were skipped")
    asked = options.parse_args()
    if lacking := missing():
        print(f"A bare Debian cannot be made here without {', '.join(lacking)}.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started and made is taken away
    with tempfile.TemporaryDirectory(prefix="wagate-fresh-") as folder:
        began = time.monotonic()

        def took() -> str:
            nonlocal began
            seconds, began = time.monotonic() - began, time.monotonic()
            return f"{seconds:.0f} s"

        system = make(Path(folder, "system"), asked.suite)
        print(f"fresh: Debian {asked.suite} made, {took()}", flush=True)
        try:
            for target in ("sandbox", "up"):
                starts(system, target)
                print(f"fresh: make {target} was ready and ended at Ctrl-C, {took()}", flush=True)
            summary, left_out = tested(system, asked.tests, Path(folder, "output"))
        except StepFailedError as error:
            print(f"fresh: {error}", file=sys.stderr)
            return 1
        print(f"fresh: make test, {took()}: {summary}", flush=True)
        if asked.left_out:
            asked.left_out.write_text("".join(f"{name}\n" for name in left_out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
