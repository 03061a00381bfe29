"""Asks a server of this machine whether it is there: a few bytes, asked many times while it starts."""

from __future__ import annotations

import asyncio

_ANSWERS_WITHIN = 4.0
_AT_MOST = 64 * 1024


async def said(host: str, port: int, question: bytes, *, until: bytes) -> bytes | None:
    """What a server says, up to and including `until` (or its end); None when nobody listens or answers in time."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            reader, writer = await asyncio.open_connection(host, port, limit=_AT_MOST)
            try:
                writer.write(question)
                return await reader.readuntil(until)
            except asyncio.IncompleteReadError as error:
                return error.partial
            except asyncio.LimitOverrunError:
                return b""
            finally:
                writer.close()
    except OSError:  # TimeoutError is one
        return None


async def http_problem(host: str, port: int, path: str) -> str | None:
    """What an HTTP server says instead of 200 to a GET; None when it says 200."""
    question = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
    answer = await said(host, port, question, until=b"\0")  # no JSON holds it: all of the answer
    if not answer:
        return "it does not answer yet"
    head, _, body = answer.partition(b"\r\n\r\n")
    return None if head.split(b" ", 2)[1:2] == [b"200"] else body.decode(errors="replace")
