"""A person of the sandbox with a single device, an unmodified neonize client in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.sandbox.conftest import NeonizeClient


@asynccontextmanager
async def person_with_one_device(whatsapp: Any, folder: Path) -> AsyncIterator[NeonizeClient]:
    """A person who is connected; `kill` and `restart` it."""
    client = NeonizeClient(whatsapp.addresses, folder / "person.db")
    client.number = await whatsapp.new_phone()
    await client.start()
    try:
        await client.do("connect")
        await whatsapp.post(f"/phones/{client.number}/scan", qr=(await client.hear("QR"))["text"])
        await client.hear("Connected")
        yield client
    finally:
        await client.kill()
