"""`python -m benchmarks.trace_picture`: sends a message in a sandbox and draws its trace to `docs/images/trace.svg`.

The picture is of what a collector got, of one send among a few: not the first one, which also asks WhatsApp about its
number, and of the others the one in the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.collector import Collector, Span, collecting
from benchmarks.gateway import Gateway, running
from benchmarks.waterfall import svg

_LAST = ("POST /api/send-message", "store outcome")
"""What has come of a trace when nothing is missing: both processes export the span that ends last."""
_SENDS = 15


async def main(file: Path) -> None:
    """Draw it."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            collecting() as collector,
            running(Path(folder) / "data", environment=collector.environment) as gateway,
        ):
            await gateway.log_in("sales", "628111111111")
            [sink] = await gateway.sinks(1)
            await gateway.send_many("sales", sink, 3)
            traces = [await _trace(gateway, collector, sink) for _ in range(_SENDS)]
    traces.sort(key=lambda trace: trace[0].ended - trace[0].begun)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(svg(traces[_SENDS // 2]))
    print(file)


async def _trace(gateway: Gateway, collector: Collector, number: str) -> list[Span]:
    body = {"sessionId": "sales", "number": number, "message": "Your order is on its way."}
    async with gateway.http.post(
        f"{gateway.url}/api/send-message", headers={"X-API-Key": gateway.key}, json=body
    ) as answer:
        answer.raise_for_status()
        request = answer.headers["X-Request-Id"]
    await collector.until(lambda: set(_LAST) <= {span.name for span in collector.trace_of(request)})
    return collector.trace_of(request)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path("docs/images/trace.svg"))
    asyncio.run(main(parser.parse_args().file))
