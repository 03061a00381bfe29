"""The limit: neonize alone, without any gateway, sending as fast as it can.

Started as `python -m sandbox.trust benchmarks.bare …`; takes orders as JSON lines on stdin and answers on stdout:
`{"sessions": 20, "sends": 50}` -> `{"seconds": …, "sends": …, "p50_ms": …, "p95_ms": …}`; with a `"file"` each send
uploads it as a document first (it is read before the clock runs), with `"to"` all go to that address.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import pylibmagic  # noqa: F401  # pyright: ignore[reportUnusedImport] - brings libmagic, which neonize imports
from neonize._binder import ProxySettings
from neonize.aioze.client import NewAClient
from neonize.aioze.events import ConnectedEv
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import DocumentMessage, Message
from neonize.utils import build_jid
from neonize.utils.enum import MediaType

from benchmarks.rounds import Run

_DSN = "?_foreign_keys=on&_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=10000&_txlock=immediate&_x="
_PAIRING_SECONDS = 60


async def pair(control: str, http: aiohttp.ClientSession, number: str, folder: Path, proxy: str) -> NewAClient:
    """One connected client of its own number."""
    client = NewAClient(f"{folder / number}.db{_DSN}", uuid=number)
    connected = asyncio.Event()

    async def on_qr(_client: NewAClient, qr: bytes) -> None:
        async with http.post(f"{control}/phones/{number}/scan", json={"qr": qr.decode()}) as answer:
            answer.raise_for_status()

    async def on_connected(_client: NewAClient, _event: Any) -> None:  # noqa: ANN401 - a protobuf
        connected.set()

    client.event.qr(on_qr)
    client.event(ConnectedEv)(on_connected)
    async with http.post(f"{control}/phones", json={"number": number}) as answer:
        answer.raise_for_status()
    await client.connect(ProxySettings(proxy))
    await asyncio.wait_for(connected.wait(), _PAIRING_SECONDS)
    return client


async def send_many(client: NewAClient, sink: str, sends: int, file: bytes | None = None) -> list[float]:
    """Latencies of messages sent one after the other, in milliseconds; with a file each uploads that."""
    latencies: list[float] = []
    for number in range(sends):
        begun = time.perf_counter()
        message = Message(conversation=f"message {number}") if file is None else await _document(client, file)
        await client.send_message(build_jid(*sink.split("@")), message)
        latencies.append((time.perf_counter() - begun) * 1e3)
    return latencies


async def _document(client: NewAClient, file: bytes) -> Message:
    """A file as it goes out once it is uploaded."""
    kept = await client.upload(file, MediaType.MediaDocument)
    return Message(
        documentMessage=DocumentMessage(
            URL=kept.url,
            directPath=kept.DirectPath,
            mediaKey=kept.MediaKey,
            fileEncSHA256=kept.FileEncSHA256,
            fileSHA256=kept.FileSHA256,
            fileLength=kept.FileLength,
            mimetype="application/octet-stream",
            fileName="file",
        )
    )


async def main(arguments: argparse.Namespace) -> None:
    """Pair all sessions, say so, then take orders."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the library prints QR codes
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(arguments.sessions * 2 + 16))
    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{arguments.control}/sinks", json={"count": arguments.sessions}) as answer:
            sinks: list[str] = (await answer.json())["numbers"]
        clients = [
            await pair(arguments.control, http, f"6270{place:08d}", folder, os.environ["WHATSAPP_PROXY"])
            for place in range(arguments.sessions)
        ]
        for client, sink in zip(clients, sinks, strict=True):
            await send_many(client, sink, 2)  # sets up the encrypted sessions
    print(json.dumps({"ready": True}), file=out, flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        file = await asyncio.to_thread(Path(order["file"]).read_bytes) if order.get("file") else None
        begun = time.perf_counter()
        results = await asyncio.gather(
            *(
                send_many(client, order.get("to") or sink, order["sends"], file)
                for client, sink in list(zip(clients, sinks, strict=True))[: order["sessions"]]
            )
        )
        seconds = time.perf_counter() - begun
        latencies = [latency for result in results for latency in result]
        print(json.dumps(asdict(Run.of(seconds, latencies))), file=out, flush=True)
    os._exit(0)  # the library's finalizers block for seconds per client


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--sessions", type=int, required=True)
    logging.disable(logging.CRITICAL)
    asyncio.run(main(parser.parse_args()))
