"""Groups between a whole session host and Baileys: made, written in and changed from both sides."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.commands.groups import ChangeMembers, CreateGroup, GroupSettings, SetGroup
from shared.contracts.content.text import Text
from shared.contracts.events import EVENT
from shared.contracts.group_events import GroupChange, GroupChanged
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.session_host.baileys_talk import Talk, talking
from tests.session_host.gateway_host import eventually

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.timeout(INSTALL_SECONDS + 120),
]


async def changed(talk: Talk, group: str, what: str) -> GroupChange:
    """A change of a group as the log of events has it, once it is there."""

    async def look() -> GroupChange | None:
        events = [EVENT.validate_json(event.event) for event in await talk.gateway.logged(talk.uid)]
        told = [event for event in events if isinstance(event, GroupChanged) and event.group == group]
        return next((change for event in told for change in event.changes if change.what == what), None)

    return await eventually(look)


@pytest.mark.covers("event group_changed", client="Baileys")
async def test_a_group_of_ours_with_baileys_in_it(
    run_whatsapp: Any,
    nats_url: str,
    installed: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """It sees what we do there, its messages are one row each, and what it changes is an event with who did it."""
    async with talking(run_whatsapp, nats_url, installed, tmp_path) as talk:
        gateway, uid, other = talk.gateway, talk.uid, f"{talk.other}@s.whatsapp.net"
        made = await gateway.ask(uid, CreateGroup(subject="Toko", people=(other,)))
        jid = made.group.jid
        assert [each.state for each in made.results] == ["added"]
        assert (await talk.baileys.hear("joined", lambda line: line["id"] == jid))["subject"] == "Toko"

        sent = await gateway.ask(uid, await gateway.accept(uid, jid, Text(text="halo")))
        heard = await talk.baileys.hear("message", lambda line: line["id"] == sent.wa_id)
        assert (heard["from"], heard["text"]) == (jid, "halo")
        theirs = (await talk.baileys.do("send", to=jid, text="apa kabar"))["id"]
        row = await eventually(lambda: gateway.stores.inbox.get(uid, jid, theirs, from_me=False))
        assert (row.from_number, row.type, row.content["message"]) == (talk.other, "text", "apa kabar")
        rows = (await gateway.stores.inbox.newest(uid, limit=100)).messages
        assert [each.id for each in rows if each.chat == jid] == [theirs]

        await gateway.ask(uid, ChangeMembers(jid=jid, action="promote", people=(other,)))
        await talk.baileys.hear("members", lambda line: line["id"] == jid and line["action"] == "promote")
        await gateway.ask(uid, SetGroup(jid=jid, settings=GroupSettings(announce=True)))
        await talk.baileys.hear("group", lambda line: line.get("announce") is True)
        await talk.baileys.do("group", call="groupUpdateSubject", args=[jid, "Warung"])
        assert await _subject(talk, jid) == "Warung"


async def _subject(talk: Talk, jid: str) -> str | int | bool | None:
    return (await changed(talk, jid, "subject")).value
