"""Schemathesis asks the API for all that its OpenAPI document describes, and checks the answers by the same."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
EVERY_PHASE = "examples,coverage,fuzzing,stateful"
SERVER_ERROR, UNDOCUMENTED = "ServerError", "UndefinedStatusCode"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run."""

    calls: int
    failures: dict[str, list[str]]
    """Routes by the name of the check that they failed."""
    untested: int
    """Operations that were not asked."""
    words: str
    """All that it printed."""

    def __str__(self) -> str:
        server, undocumented = (len(self.failures.get(name, ())) for name in (SERVER_ERROR, UNDOCUMENTED))
        return (
            f"{self.calls} calls, {server} server errors, {undocumented} undocumented answers, failed: {self.failures}"
        )


async def fuzz(  # noqa: PLR0913 - what a run can be told
    url: str, admin_key: str, *, examples: int, seed: int | None, within: float, phases: str = EVERY_PHASE
) -> Report:
    """Ask a running API for everything that its document describes, with data that fits it and data that does not.

    Args:
        url: where it is.
        admin_key: of it; API keys are made by this.
        examples: requests of a route in each phase.
        seed: the same one asks the same; None asks what follows from the document alone.
        within: seconds after which it is ended.
        phases: of schemathesis; `coverage` asks with everything that a schema forbids, one after the other.

    Raises:
        TimeoutError: it took longer.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_HERE / "schemathesis.toml")),
            *("run", f"{url}/schema", "--header", f"X-Admin-Key: {admin_key}", "--checks", "all"),
            *("--phases", phases, "--max-examples", str(examples)),
            *(("--generation-deterministic",) if seed is None else ("--seed", str(seed))),
            "--continue-on-failure",
            *("--report-json-path", str(report), "--warnings", "off", "--no-color"),
            cwd=folder,  # its database of examples
            env=os.environ
            | {"SCHEMATHESIS_HOOKS": "tests.functions.fuzzing.hooks", "PYTHONPATH": str(_ROOT)}
            | {"FUZZED_URL": url, "FUZZED_ADMIN_KEY": admin_key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(within):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        words = said.decode(errors="replace")
        if not report.exists():
            raise AssertionError(words)
        told: dict[str, Any] = json.loads(report.read_text())
    if told["errors"]:
        raise AssertionError(words)
    return Report(
        calls=told["test_cases"]["generated"],
        failures={failure["type"]: failure["operations"] for failure in told["failures"]},
        untested=told["operations"]["total"] - told["operations"]["tested"],
        words=words,
    )
