"""Logs end somewhere, while who writes them runs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from cli.launch.logs import KEPT, fresh_log, keep_small, turn

WRITER = """
import sys
number = 0
for _ in sys.stdin:
    for _ in range(40):
        print(f"line {number:06d} " + "x" * 100, flush=True)
        number += 1
    print("written", file=sys.stderr, flush=True)
"""
"""Forty lines whenever it is told to."""


def test_a_large_log_is_begun_anew(tmp_path: Path) -> None:
    """The earlier ones move one further, and the oldest goes; a small one stays."""
    log = tmp_path / "api.log"
    for number in range(KEPT + 3):
        log.write_text(f"{number}" * 100)
        assert not turn(log, 100)
        assert turn(log, 99)
        assert log.read_text() == ""
    earlier = [f"api.log.{place}" for place in range(1, KEPT + 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api.log", *earlier]
    assert (tmp_path / "api.log.1").read_text()[0] == str(KEPT + 2)
    assert fresh_log(tmp_path, "api") == log
    assert not log.exists()
    assert not turn(log, 0)


def test_a_process_goes_on_writing(tmp_path: Path) -> None:
    """Its log stays small; every line is in it or in one of the earlier ones."""
    log = tmp_path / "api.log"
    with (
        log.open("ab") as output,
        subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, text=True, bufsize=1,
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        for _ in range(10):
            process.stdin.write("go on\n")
            assert process.stderr.readline() == "written\n"
            turn(log, 12_000)
    files = sorted(tmp_path.iterdir(), reverse=True)
    lines = [int(line.split()[1]) for file in files for line in file.read_text().splitlines()]
    assert len(files) > 2
    assert max(file.stat().st_size for file in files) < 20_000
    assert lines == list(range(400))


async def test_logs_are_looked_at_while_a_gateway_runs(tmp_path: Path) -> None:
    """Every few seconds."""
    log = tmp_path / "nats.log"
    log.write_text("x" * 5_000)
    keeping = asyncio.create_task(keep_small([log, tmp_path / "missing.log"], 4_096))
    async with asyncio.timeout(60):
        while log.stat().st_size:
            await asyncio.sleep(0.02)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert (tmp_path / "nats.log.1").stat().st_size == 5_000
