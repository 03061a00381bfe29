"""`python -m benchmarks.lambda_function`: the API as a Lambda function, under AWS's runtime client and emulator.

Three things. Cold: from starting the process to the first answer, of so many processes, with nothing of the function
in the file cache where that may be dropped (as root): 1.5 s in the middle at most, and 1.2 times what the least takes
that a function like it is (`benchmarks.lambda_bare`), in turns with it and, with `--before REV`, with another commit's
code over the same libraries. Warm: how much longer a GET of a
status takes through the adapter than from the application on its own loop: 2 ms at most. Frozen: stopped for so many
seconds while NATS is started anew, then one send: it has to arrive, once. Exit status 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from tests.emulators import servers
from tests.emulators.nats_process import NatsServer
from tests.functions.aws_lambda.cloud import SEND, Cloud, cloud, new_key
from tests.functions.aws_lambda.emulated import running_function
from tests.functions.shard import running_shard

ROOT = Path(__file__).parents[1]

_COLD_AT_MOST, _OVERHEAD_AT_MOST, _OF_BARE_AT_MOST = 1.5, 2.0, 1.2
_OURS = "functions.lambda_handler.handler"


@dataclass(slots=True)
class Starts:
    """Of one kind of function: where its code is, and how many seconds each of its starts took, and of a processor."""

    handler: str
    code: Path
    seconds: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])


def forget_files() -> bool:
    """Whether the file cache could be dropped."""
    os.sync()
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        return True
    return False


async def cold(on: Cloud, runs: int, kinds: list[Starts], *, cached: bool) -> None:
    """Time from starting each function to its first answer, in turns; each starts once before that counts."""
    for run in range(runs + 1):
        for kind in random.sample(kinds, len(kinds)):
            if not cached:
                await asyncio.to_thread(forget_files)
            began = time.perf_counter()
            with running_function(on.environment | {"PYTHONPATH": str(kind.code)}, handler=kind.handler) as function:
                answer = await asyncio.to_thread(function.request, "GET", "/health")
                took = time.perf_counter() - began
                cpu = sum(times.user + times.system for times in (child.cpu_times() for child in function.handlers))
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"the first answer was {answer.returned}")
            if run:
                kind.seconds.append(took)
                kind.cpu.append(cpu)


def _ratio(ours: list[float], others: list[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(ours, others, strict=True))


def _told(name: str, kind: Starts, ours: Starts) -> str:
    return (
        f"cold, {name}: p50 {statistics.median(kind.seconds):.2f} s, max {max(kind.seconds):.2f} s, "
        f"{statistics.median(kind.cpu):.2f} s of a processor; ours takes {_ratio(ours.seconds, kind.seconds):.2f} "
        f"times as long, {_ratio(ours.cpu, kind.cpu):.2f} times the processor"
    )


async def warm(on: Cloud, calls: int) -> dict[str, float]:
    """Medians in milliseconds, in a process of its own: see `benchmarks.lambda_adapter`."""
    with running_function(on.environment) as function:
        key = (await new_key(function))["X-API-Key"]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.lambda_adapter", key, str(calls)),
        env=os.environ | on.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    return dict(json.loads(out))


async def frozen(on: Cloud, nats: NatsServer, seconds: float) -> bool:
    """Whether a send after a freeze arrived once."""
    async with running_shard(on.settings.nats_url, on.stores) as shard:
        with running_function(on.environment) as function:
            headers = await new_key(function)
            await asyncio.to_thread(function.request, "POST", "/api/send-message", json_body=SEND, headers=headers)
            function.freeze()
            nats.kill()
            await asyncio.sleep(seconds)
            nats.start()
            while not shard.bus.connected:
                await asyncio.sleep(0.1)
            function.thaw()
            body = SEND | {"message": "after"}
            sent = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=body, headers=headers
            )
        return sent.status == 200 and [frame[2] for frame in shard.frames].count("after") == 1


def _code_of(revision: str, folder: Path) -> Path:
    """The files of another commit."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", revision], check=True)
    return folder


async def main(arguments: argparse.Namespace, folder: Path) -> int:
    """Measure, print, and say with the exit status whether a limit was missed."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    ours, bare = Starts(_OURS, ROOT), Starts("benchmarks.lambda_bare.handler", ROOT)
    kinds = {"ours": ours, "the least there is": bare}
    if arguments.before:
        kinds[arguments.before] = Starts(_OURS, await asyncio.to_thread(_code_of, arguments.before, folder))
    with servers.ministack_server() as endpoint, servers.nats_server(jetstream=True) as nats:
        async with cloud(endpoint, nats.url) as on:
            async with running_shard(on.settings.nats_url, on.stores):
                dropped = not arguments.cached and forget_files()
                await cold(on, arguments.runs, list(kinds.values()), cached=arguments.cached)
                took = await warm(on, arguments.calls)
            arrived = await frozen(on, nats, arguments.freeze)
    overhead = took["adapter"] - took["application"]
    print(f"{arguments.runs} starts of each in turns; file cache dropped: {'yes' if dropped else 'no'}")
    for name, kind in kinds.items():
        print(_told(name, kind, ours))
    print(
        f"warm GET /api/status: {took['application']:.2f} ms the application, {took['adapter']:.2f} ms the adapter: "
        f"{overhead:.2f} ms more (medians of {arguments.calls})"
    )
    print(f"frozen {arguments.freeze:g} s, NATS started anew: the next send {'arrived once' if arrived else 'FAILED'}")
    slow = statistics.median(ours.seconds) > _COLD_AT_MOST or _ratio(ours.seconds, bare.seconds) > _OF_BARE_AT_MOST
    return int(slow or overhead > _OVERHEAD_AT_MOST or not arrived)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lambda_function", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--freeze", type=float, default=30.0)
    parser.add_argument("--before", help="a commit whose code starts in turns with this one")
    parser.add_argument("--cached", action="store_true", help="leave the file cache as it is")
    with tempfile.TemporaryDirectory(prefix="wagate-lambda-") as name:
        sys.exit(asyncio.run(main(parser.parse_args(), Path(name) / "before")))
