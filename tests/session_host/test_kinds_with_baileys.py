"""Kinds without a file between a whole session host and Baileys: a client that shares nothing with ours."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.content.choices import Buttons
from shared.contracts.content.contact import Contact
from shared.contracts.content.kind import Content
from shared.contracts.content.live_location import LiveLocation
from shared.contracts.content.location import Location
from shared.contracts.content.poll import Poll
from shared.contracts.content.sayings import Edit, Forward, Pin, Reaction, Revoke, Vote
from shared.contracts.content.text import Text
from shared.messages.received import InboundMessage
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.sandbox.baileys.driver import Baileys, pair
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.timeout(INSTALL_SECONDS + 120),
]
OURS = {
    "conversation": Text(text="hello"),
    "locationMessage": Location(latitude=1, longitude=2, name="Monas"),
    "liveLocationMessage": LiveLocation(latitude=1, longitude=2),
    "contactMessage": Contact(contact_name="Ani", contact_number="628123456789"),
    "pollCreationMessage": Poll(question="When?", options=("now", "later")),
    "interactiveMessage": Buttons.model_validate({"text": "Well?", "buttons": [{"id": "y", "text": "Yes"}]}),
}
"""By what they are called on the wire."""


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

    async def shown(self, id_: str) -> InboundMessage:
        """A message of Baileys' in our inbox."""
        inbox, chat = self.gateway.stores.inbox, f"{self.other}@s.whatsapp.net"
        return await eventually(lambda: inbox.get(self.uid, chat, id_, from_me=False), 20)


@pytest.fixture
async def whatsapp(run_whatsapp: Any) -> AsyncIterator[Any]:
    """A sandbox that claims no pre-keys: told of some, Baileys would not upload its own."""
    async with run_whatsapp("--pre-keys-claimed", "0") as running:
        yield running


@pytest.fixture
async def talk(
    whatsapp: Any,
    nats_url: str,
    installed: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> AsyncIterator[Talk]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as gateway:
        baileys = Baileys(whatsapp.addresses, installed, tmp_path / "baileys")
        await baileys.start()
        try:
            other = f"62814{tmp_path.stat().st_ino % 10**8:08}"  # noqa: ASYNC240 - a number of its own
            await pair(whatsapp.http, baileys, other)
            session, number = await gateway.pair(whatsapp)
            yield Talk(gateway, session.uid, number, baileys, other)
        finally:
            await baileys.stop()


@pytest.mark.proves("out", "Baileys", "text", "location", "live_location", "contact", "poll", "buttons")
@pytest.mark.proves("out", "Baileys", "reaction", "edit", "revoke", "pin", "forward")
async def test_ours_come_as_what_they_are(talk: Talk) -> None:
    """Each under its name; what is said about a message is about that one; one of Baileys' is passed on."""
    for part, content in OURS.items():
        assert (await talk.heard(content))["kind"] == part
    first = await talk.send(Text(text="first"))
    await talk.send(Reaction(message_id=first, emoji="x"))
    assert (await talk.baileys.hear("reaction", lambda line: line["id"] == first))["emoji"] == "x"
    await talk.send(Edit(message_id=first, text="second"))
    await talk.baileys.hear("update", lambda line: line["id"] == first and line.get("text") == "second")
    assert (await talk.heard(Pin(message_id=first)))["kind"] == "pinInChatMessage"
    await talk.send(Revoke(message_id=first))
    await talk.baileys.hear("update", lambda line: line["id"] == first and line["deleted"])

    theirs = await talk.baileys.do("sendContent", to=talk.number, content={"text": "pass this on"})
    await talk.shown(theirs["id"])
    passed_on = await talk.heard(Forward(message_id=theirs["id"], chat=f"{talk.other}@s.whatsapp.net"))
    assert passed_on["part"]["text"] == "pass this on"
    assert passed_on["part"]["contextInfo"]["isForwarded"]


@pytest.mark.proves("out", "Baileys", "vote")
@pytest.mark.proves("in", "Baileys", "text", "location", "contact", "poll", "reaction", "edit", "revoke")
async def test_theirs_are_shown_as_what_they_are(talk: Talk) -> None:
    """A single choice comes as a poll of version 3, edits bare; our vote in their poll is opened by Baileys."""
    card = {"displayName": "Ani", "contacts": [{"displayName": "Ani", "vcard": "BEGIN:VCARD\nFN:Ani\nEND:VCARD"}]}
    poll = {"name": "When?", "values": ["now", "later"], "selectableCount": 1}
    ids = {}
    for type_, content in {
        "text": {"text": "first"},
        "contact": {"contacts": card},
        "location": {"location": {"degreesLatitude": 1.5, "degreesLongitude": 2.5}},
        "poll": {"poll": poll},
    }.items():
        ids[type_] = (await talk.baileys.do("sendContent", to=talk.number, content=content))["id"]
        assert (await talk.shown(ids[type_])).type == type_
    vote = await talk.heard(Vote(message_id=ids["poll"], options=("later",)))
    opened = await talk.baileys.do("openVote", id=vote["id"], poll=ids["poll"])
    assert opened["options"] == [hashlib.sha256(b"later").hexdigest()]

    await talk.baileys.do(
        "sendContent", to=talk.number, content={"text": "second"}, about={"as": "edit", "id": ids["text"]}
    )
    await _until_it_says(talk, ids["text"], message="second", edited=True)
    await talk.baileys.do("react", to=talk.number, id=ids["text"], emoji="x")
    await talk.baileys.do("sendContent", to=talk.number, content={}, about={"as": "delete", "id": ids["text"]})
    await _until_it_says(talk, ids["text"], deleted=True)


async def _until_it_says(talk: Talk, id_: str, **fields: Any) -> None:
    async with asyncio.timeout(20):
        while not fields.items() <= (await talk.shown(id_)).content.items():
            await asyncio.sleep(0.05)
