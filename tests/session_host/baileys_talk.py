"""A session, and a Baileys that it writes with: a client that shares nothing with ours."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shared.contracts.content.kind import Content
from shared.messages.received import InboundMessage
from tests.sandbox.baileys.driver import Baileys, pair
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


class Talk:
    """A session, and a Baileys that it writes to."""

    def __init__(self, gateway: GatewayHost, uid: str, number: str, baileys: Baileys, other: str) -> None:
        self.gateway, self.uid, self.number, self.baileys, self.other = gateway, uid, number, baileys, other

    async def send(self, content: Content) -> str:
        """WhatsApp's id of a message of ours."""
        reply = await self.gateway.ask(self.uid, await self.gateway.accept(self.uid, self.other, content))
        assert reply.wa_id
        return reply.wa_id

    async def heard(self, content: Content) -> dict[str, Any]:
        """A message of ours as Baileys has it."""
        wa_id = await self.send(content)
        return await self.baileys.hear("message", lambda line: line["id"] == wa_id)

    async def say(self, do: str = "sendContent", **said: Any) -> str:
        """The id of what Baileys sends, or does about a message."""
        return (await self.baileys.do(do, to=self.number, **said))["id"]

    async def shown(self, id_: str, met: Callable[[InboundMessage], bool] = lambda _: True) -> InboundMessage:
        """A message of Baileys' in our inbox, once it is there and meets a condition."""

        async def look() -> InboundMessage | None:
            found = await self.gateway.stores.inbox.get(self.uid, f"{self.other}@s.whatsapp.net", id_, from_me=False)
            return found if found and met(found) else None

        return await eventually(look)

    async def kept(self, message: InboundMessage) -> bytes:
        """The bytes that are kept of a message's file."""
        file_id = message.content["media"]["id"]
        return b"".join([piece async for piece in self.gateway.stores.files.open(file_id)])


@asynccontextmanager
async def talking(run_whatsapp: Any, nats_url: str, program: Path, folder: Path) -> AsyncIterator[Talk]:
    """Both, paired. The sandbox claims no pre-keys: told of some, Baileys would not upload its own."""
    async with run_whatsapp("--pre-keys-claimed", "0") as whatsapp:
        environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
        async with gateway_host(nats_url, folder, environment) as gateway:
            baileys = Baileys(whatsapp.addresses, program, folder / "baileys")
            await baileys.start()
            try:
                other = f"62814{int.from_bytes(os.urandom(4)) % 10**8:08}"
                await pair(whatsapp.http, baileys, other)
                session, number = await gateway.pair(whatsapp)
                yield Talk(gateway, session.uid, number, baileys, other)
            finally:
                await baileys.stop()
