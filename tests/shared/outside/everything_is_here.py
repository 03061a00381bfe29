"""`unshare -n python -m tests.shared.outside.everything_is_here`: asks for addresses where every one of them answers.

In a network of its own every address there is leads to a listener of this process, which notes at which address it was
reached. It prints as JSON, for each row, what was raised and which addresses were reached.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

from shared.errors import WagateError
from shared.outside.addresses import Allowed
from shared.outside.fetching import Outside
from shared.outside.resolving import system_resolve
from tests.shared.outside.rows import NAMES, PUBLIC, ROWS

WITHIN = 20.0


class Listener:
    """Answers on every address; `/to?ADDRESS` leads there."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached.append(writer.get_extra_info("sockname")[0])
        try:
            line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
            path = line.split(" ")[1]
            if path.startswith("/to?"):
                writer.write(f"HTTP/1.1 302 Found\r\nLocation: {path[4:]}\r\nContent-Length: 0\r\n\r\n".encode())
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def names() -> Any:
    """A resolver that answers each name's addresses in turn, and lets the system read what is an address."""
    asked: dict[str, int] = {}

    async def resolve(host: str, port: int) -> list[str]:
        if host not in NAMES:
            return await system_resolve(host, port)
        asked[host] = asked.get(host, 0) + 1
        turns = NAMES[host]
        return turns[min(asked[host], len(turns)) - 1]

    return resolve


def opened() -> int:
    """Connections that this network has begun."""
    head, counts = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:")]
    return int(counts[head.index("ActiveOpens")])


TLS = ssl.create_default_context()


async def ask(url: str, allowed: str, listener: Listener) -> dict[str, Any]:
    outside = Outside(Allowed.named(allowed), names(), TLS)
    before, listener.reached = opened(), []
    raised = None
    try:
        async with asyncio.timeout(WITHIN), outside.fetch(url, 100) as fetched:
            await anext(fetched.chunks)
    except WagateError as error:
        raised = error.code
    finally:
        await outside.close()
    return {"raised": raised, "reached": listener.reached, "opened": opened() - before}


async def main() -> None:
    listener = Listener()
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):  # noqa: S104 - a network of its own
        with_port = socket.create_server((host, 80), family=family)
        await asyncio.start_server(listener.serve, sock=with_port)
    told = {row.name: await ask(row.url, row.allowed, listener) for row in ROWS}
    control = await ask(f"http://{PUBLIC}/", "", listener)
    sys.stdout.write(json.dumps({"rows": told, "control": control}))


if __name__ == "__main__":
    for command in (
        ("ip", "link", "set", "lo", "up"),
        ("ip", "-4", "route", "add", "local", "0.0.0.0/0", "dev", "lo"),
        ("ip", "-6", "route", "add", "local", "::/0", "dev", "lo"),
    ):
        subprocess.run(command, check=True)
    asyncio.run(main())
