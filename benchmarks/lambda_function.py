"""`python -m benchmarks.lambda_function`: the API as a Lambda function, under AWS's runtime client and emulator.

Three things. Cold: from starting the process to the first answer, of so many processes, with nothing of the function
in the file cache where that may be dropped (as root): 1.5 s in the middle at most. Warm: how much longer a GET of a
status takes through the adapter than from the application on its own loop: 2 ms at most. Frozen: stopped for so many
seconds while NATS is started anew, then one send: it has to arrive, once. Exit status 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.emulators import servers
from tests.emulators.nats_process import NatsServer
from tests.functions.aws_lambda.cloud import SEND, Cloud, cloud, new_key
from tests.functions.aws_lambda.emulated import running_function
from tests.functions.shard import running_shard

_COLD_AT_MOST, _OVERHEAD_AT_MOST = 1.5, 2.0


def forget_files() -> bool:
    """Whether the file cache could be dropped."""
    os.sync()
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        return True
    return False


async def cold(on: Cloud, runs: int) -> list[float]:
    """Seconds from starting the function to its first answer."""
    seconds: list[float] = []
    for _ in range(runs):
        await asyncio.to_thread(forget_files)
        began = time.perf_counter()
        with running_function(on.environment) as function:
            answer = await asyncio.to_thread(function.request, "GET", "/health")
            seconds.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"the first answer was {answer.returned}")
    return seconds


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


async def main(arguments: argparse.Namespace) -> int:
    """Measure, print, and say with the exit status whether a limit was missed."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with servers.ministack_server() as endpoint, servers.nats_server(jetstream=True) as nats:
        async with cloud(endpoint, nats.url) as on:
            async with running_shard(on.settings.nats_url, on.stores):
                dropped = forget_files()
                starts = await cold(on, arguments.runs)
                took = await warm(on, arguments.calls)
            arrived = await frozen(on, nats, arguments.freeze)
    overhead = took["adapter"] - took["application"]
    print(
        f"cold: p50 {statistics.median(starts):.2f} s, max {max(starts):.2f} s of {arguments.runs}; "
        f"file cache dropped: {'yes' if dropped else 'no'}"
    )
    print(
        f"warm GET /api/status: {took['application']:.2f} ms the application, {took['adapter']:.2f} ms the adapter: "
        f"{overhead:.2f} ms more (medians of {arguments.calls})"
    )
    print(f"frozen {arguments.freeze:g} s, NATS started anew: the next send {'arrived once' if arrived else 'FAILED'}")
    return int(statistics.median(starts) > _COLD_AT_MOST or overhead > _OVERHEAD_AT_MOST or not arrived)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lambda_function", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--freeze", type=float, default=30.0)
    sys.exit(asyncio.run(main(parser.parse_args())))
