"""Whether the API's document tells of an answer: asked of every answer that a test gets."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx

from functions.reference.openapi import documented, errors_of

_ANYWHERE = {"NOT_FOUND", "METHOD_NOT_ALLOWED"}
_PATHS_IN_SEGMENTS = re.compile(r"\\\{\w+\\\}")


@cache
def _routes() -> list[tuple[re.Pattern[str], str, set[int], set[str]]]:
    """Pattern of the path, method, statuses below 400, codes of errors."""
    return [
        (
            re.compile(_PATHS_IN_SEGMENTS.sub("[^/]+", re.escape(path))),
            method,
            {*description.answers, *description.plain},
            {error.code for error in errors_of(path, description)},
        )
        for path, method, _, description in documented()
    ]


async def answer_to(http: httpx.AsyncClient, method: str, path: str, **said: Any) -> httpx.Response:
    """The answer, read to its end; of a stream, which has none, no more than its head."""
    answer = await http.send(http.build_request(method, path, **said), stream=True)
    try:
        if not is_stream(answer):
            await answer.aread()
    finally:
        await answer.aclose()
    return answer


def is_stream(response: httpx.Response) -> bool:
    """Whether it goes on for as long as somebody listens."""
    return response.headers.get("Content-Type", "").startswith("text/event-stream")


async def check_documented(response: httpx.Response) -> None:
    """Fail for a status or a code that the OpenAPI document does not name for that route.

    What is a stream is not read: it has no end.
    """
    asked = response.request
    for path, method, statuses, codes in _routes():
        if path.fullmatch(asked.url.path) and method == asked.method:
            if is_stream(response):
                assert response.status_code in statuses
                return
            await response.aread()
            if response.status_code < 400:
                known = response.status_code in statuses
            else:
                known = response.json()["code"] in codes | _ANYWHERE
            assert known, f"undocumented: {asked.method} {asked.url.path}: {response.status_code} {response.text[:200]}"
