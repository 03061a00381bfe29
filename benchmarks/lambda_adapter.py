"""Started by `benchmarks.lambda_function`: a status through the Lambda adapter and through the application alone.

`python -m benchmarks.lambda_adapter KEY CALLS` prints medians in milliseconds: `{"adapter": …, "application": …}`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

from functions.aws_lambda.function import Function
from functions.aws_lambda.http_event import Event, body_of, scope_of
from functions.aws_lambda.serving import Serving
from tests.functions.aws_lambda.emulated import http_event

_TIME = 20.0
_OK = 200


def through_the_adapter(event: Event, calls: int) -> list[float]:
    """Milliseconds of each call, as Lambda makes it."""
    function, took = Function(), list[float]()
    for _ in range(calls):
        began = time.perf_counter()
        answer = function.handle(event, _TIME)
        took.append((time.perf_counter() - began) * 1e3)
        if answer["statusCode"] != _OK:
            raise RuntimeError(f"the status was answered {answer}")
    return took


async def alone(event: Event, calls: int) -> list[float]:
    """Milliseconds of each call of the application on its own loop."""
    serving, took = await Serving.start(), list[float]()
    for _ in range(calls):
        scope, body = scope_of(event), body_of(event)
        began = time.perf_counter()
        await serving.ask(scope, body)
        took.append((time.perf_counter() - began) * 1e3)
    await serving.close()
    return took


def main(key: str, calls: int) -> None:
    """Measure and print; the first tenth is not counted."""
    event = http_event("GET", "/api/status", headers={"X-API-Key": key})
    adapter, application = through_the_adapter(event, calls), asyncio.run(alone(event, calls))
    first = calls // 10
    print(
        json.dumps(
            {"adapter": statistics.median(adapter[first:]), "application": statistics.median(application[first:])}
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
