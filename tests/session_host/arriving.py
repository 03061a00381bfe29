"""A session, and a contact with a real client who writes to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.contracts.events import EVENT, MessageReceived
from shared.messages.received import InboundMessage
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@dataclass
class Setting:
    """A connected session, a contact who writes to it, and both ways to see what arrived."""

    host: GatewayHost
    whatsapp: Any
    uid: str
    number: str
    contact: str
    lid: str
    """The contact's, `…@lid`."""

    async def writes(self, message: dict[str, Any] | str, *, to: str | None = None, sender: str | None = None) -> str:
        """Have the contact (or another sender) write; the message's id."""
        said = {"text": message} if isinstance(message, str) else {"message": message}
        answer = await self.whatsapp.post(f"/contacts/{sender or self.contact}/send", to=to or self.number, **said)
        return answer["id"]

    async def row(self, id_: str, met: Callable[[InboundMessage], bool] = lambda _: True) -> InboundMessage:
        """The row of a message in the inbox, once it is there and meets a condition."""

        async def look() -> InboundMessage | None:
            page = await self.host.stores.inbox.newest(self.uid, limit=100)
            return next((found for found in page.messages if found.id == id_ and met(found)), None)

        return await eventually(look)

    async def events(self) -> list[Any]:
        return [EVENT.validate_json(event.event) for event in await self.host.logged(self.uid)]

    async def event(self, id_: str) -> MessageReceived:
        """The event of a message, once it is published."""

        async def look() -> MessageReceived | None:
            events = [event for event in await self.events() if isinstance(event, MessageReceived)]
            return next((event for event in events if event.id == id_), None)

        return await eventually(look)

    def key(self, id_: str) -> dict[str, Any]:
        """WhatsApp's key of a message that the contact wrote, as the contact says it."""
        return {"remoteJID": f"{self.number}@s.whatsapp.net", "fromMe": True, "ID": id_}


@asynccontextmanager
async def arriving_host(
    nats_url: str, folder: Path, shard_environment: dict[str, str], **settings: str
) -> AsyncIterator[GatewayHost]:
    """A session host with these settings."""
    environment = {**settings, **shard_environment, "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, folder, environment) as host:
        yield host


async def introduce(host: GatewayHost, whatsapp: Any, name: str = "default") -> Setting:
    """A session of a host, and a contact whom it does not know yet."""
    session, number = await host.pair(whatsapp, name)
    contact = await whatsapp.new_phone()
    lid = (await whatsapp.post("/contacts", number=contact))["lid"]
    return Setting(host, whatsapp, session.uid, number, contact, f"{lid}@lid")


@asynccontextmanager
async def set_up(whatsapp: Any, nats_url: str, tmp_path: Path, **settings: str) -> AsyncIterator[Setting]:
    """A session host with these settings, a session and a contact."""
    async with arriving_host(nats_url, tmp_path, whatsapp.addresses.shard_environment(), **settings) as host:
        yield await introduce(host, whatsapp)
