"""Kinds without a file from a whole session host to Baileys."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.about import About, Preview
from shared.contracts.content.choices import Buttons, Interactive, List
from shared.contracts.content.contact import Contact
from shared.contracts.content.group_invite import GroupInvite
from shared.contracts.content.live_location import LiveLocation
from shared.contracts.content.location import Location
from shared.contracts.content.poll import Poll
from shared.contracts.content.sayings import Edit, Forward, Pin, Reaction, Revoke, Unpin
from shared.contracts.content.text import Text
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.session_host.baileys_talk import Talk, talking

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.timeout(INSTALL_SECONDS + 120),
]
_BUTTONS = {"text": "Well?", "buttons": [{"id": "y", "text": "Yes"}]}
_LIST = {"text": "Which?", "button_text": "Choose", "sections": [{"rows": [{"rowId": "s", "title": "Small"}]}]}
OURS = (
    ("conversation", Text(text="hello")),
    ("locationMessage", Location(latitude=1, longitude=2, name="Monas")),
    ("liveLocationMessage", LiveLocation(latitude=1, longitude=2)),
    ("contactMessage", Contact(contact_name="Ani", contact_number="628123456789")),
    (
        "groupInviteMessage",
        GroupInvite(group_jid="120363000000000001@g.us", group_name="Toko", code="AbCdEfGh", expires_at=1_900_000_000),
    ),
    ("pollCreationMessage", Poll(question="When?", options=("now", "later"))),
    ("interactiveMessage", Buttons.model_validate(_BUTTONS)),
    ("interactiveMessage", List.model_validate(_LIST)),
    ("interactiveMessage", Interactive.model_validate(_BUTTONS)),
)
"""What they are called on the wire."""


@pytest.fixture
async def talk(run_whatsapp: Any, nats_url: str, installed: Path, tmp_path: Path) -> AsyncIterator[Talk]:  # noqa: F811
    async with talking(run_whatsapp, nats_url, installed, tmp_path) as both:
        yield both


@pytest.mark.proves("out", "Baileys", "text", "location", "live_location", "contact", "poll", "buttons", "group_invite")
@pytest.mark.proves("out", "Baileys", "list", "interactive", "reaction", "edit", "revoke", "pin", "unpin", "forward")
async def test_ours_come_as_what_they_are(talk: Talk) -> None:
    """Each under its name; what is said about a message is about that one; one of Baileys' is passed on."""
    for part, content in OURS:
        assert (await talk.heard(content))["kind"] == part
    first = await talk.send(Text(text="first"))
    await talk.send(Reaction(message_id=first, emoji="x"))
    assert (await talk.baileys.hear("reaction", lambda line: line["id"] == first))["emoji"] == "x"
    await talk.send(Edit(message_id=first, text="second"))
    await talk.baileys.hear("update", lambda line: line["id"] == first and line.get("text") == "second")
    for type_, said in (("PIN_FOR_ALL", Pin(message_id=first)), ("UNPIN_FOR_ALL", Unpin(message_id=first))):
        pin = await talk.heard(said)
        assert (pin["kind"], pin["part"]["type"]) == ("pinInChatMessage", type_)
    await talk.send(Revoke(message_id=first))
    await talk.baileys.hear("update", lambda line: line["id"] == first and line["deleted"])

    link = "https://a.example/b"
    preview = Preview(url=link, title="A page", description="What it says")
    command = await talk.gateway.accept(talk.uid, talk.other, f"see {link}", about=About(preview=preview))
    wa_id = (await talk.gateway.ask(talk.uid, command)).wa_id
    shown = (await talk.baileys.hear("message", lambda line: line["id"] == wa_id))["part"]
    assert (shown["text"], shown["matchedText"], shown["title"], shown["description"]) == (
        f"see {link}", link, "A page", "What it says",
    )  # fmt: skip

    theirs = await talk.say(content={"text": "pass this on"})
    await talk.shown(theirs)
    passed_on = await talk.heard(Forward(message_id=theirs, chat=f"{talk.other}@s.whatsapp.net"))
    assert passed_on["part"]["text"] == "pass this on"
    assert passed_on["part"]["contextInfo"]["isForwarded"]
