"""Kinds without a file, and what is said about messages, between Baileys and a contact, which is neonize."""

import hashlib
from typing import Any

import pytest

from tests.sandbox.baileys.driver import make_contact, pair
from tests.sandbox.contacts.test_structured import KINDS

CARD = {"displayName": "Ani", "contacts": [{"displayName": "Ani", "vcard": "BEGIN:VCARD\nFN:Ani\nEND:VCARD"}]}
BY_BAILEYS = {
    "contact": {"contacts": CARD},
    "poll": {"poll": {"name": "When?", "values": ["now", "later"], "selectableCount": 1}},
    "location": {"location": {"degreesLatitude": -6.2, "degreesLongitude": 106.8, "name": "Monas"}},
    "event": {"event": {"name": "Party", "startDate": "2026-12-01T00:00:00Z"}},
}
"""What Baileys' sendMessage is given for each type."""
PARTS = {
    "contact": "contactMessage", "poll": "pollCreationMessage", "live_location": "liveLocationMessage",
    "buttons": "buttonsMessage", "list": "listMessage", "interactive": "interactiveMessage", "event": "eventMessage",
    "group_invite": "groupInviteMessage", "album": "albumMessage", "order": "orderMessage", "product": "productMessage",
    "text": "extendedTextMessage",
}  # fmt: skip


@pytest.fixture
async def people(baileys, control, new_number) -> tuple[str, str]:
    """The number of Baileys, and a contact."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    return number, contact


@pytest.fixture
def shown(control, until):
    """Wait for a message of a contact to be as it should, and return it."""

    async def wait(contact, id_, holds=lambda _: True) -> dict[str, Any]:
        async def there():
            for message in (await control.get(f"/contacts/{contact}/messages?all")).json()["messages"]:
                if message["id"] == id_ and holds(message):
                    return message
            return None

        return await until(there)

    return wait


@pytest.fixture
def do(control):
    """Have a contact do something, and return the id of the message that does it."""

    async def act(contact, what, **said) -> str:
        answer = await control.post(f"/contacts/{contact}/{what}", json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    return act


async def test_kinds_without_a_file_both_ways(baileys, people, shown, do) -> None:
    """Each side is told what the other sent, as what it is; Baileys sends a single choice as a poll of version 3."""
    number, contact = people
    for type_, content in BY_BAILEYS.items():
        sent = await baileys.do("sendContent", to=contact, content=content)
        got = await shown(contact, sent["id"])
        assert got["type"] == type_, got
        assert not got["errors"] or type_ == "event", got  # Baileys has a type of its own for events
    for type_, (said, _) in KINDS.items():
        id_ = await do(contact, "send", to=number, type=type_, **said)
        heard = await baileys.hear("message", lambda line, id_=id_: line["id"] == id_)
        assert heard["kind"] == PARTS[type_], type_


async def test_what_is_said_about_messages_both_ways(baileys, people, shown, do) -> None:
    """Reactions, edits in Baileys' bare form, quotes, votes and deletes."""
    number, contact = people
    first = (await baileys.do("sendContent", to=contact, content={"text": "first"}))["id"]
    await shown(contact, first)
    await do(contact, "react", messageId=first, emoji="👍")
    assert (await baileys.hear("reaction"))["emoji"] == "👍"
    answer = await do(contact, "send", to=number, text="yes", quotedId=first)
    assert (await baileys.hear("message", lambda line: line["id"] == answer))["part"]["contextInfo"][
        "stanzaId"
    ] == first
    await baileys.do("react", to=contact, id=answer, emoji="❤")
    got = await shown(contact, answer, lambda message: "reactions" in message)
    assert [reaction["emoji"] for reaction in got["reactions"]] == ["❤"]
    await baileys.do("sendContent", to=contact, content={"text": "second"}, about={"as": "edit", "id": first})
    assert (await shown(contact, first, lambda message: message.get("edited")))["text"] == "second"
    quoting = await baileys.do("sendContent", to=contact, content={"text": "well"}, quoted=answer)
    assert (await shown(contact, quoting["id"]))["quoted"]["id"] == answer
    await do(contact, "edit", messageId=answer, text="no")
    await baileys.hear("update", lambda line: line["id"] == answer and line.get("text") == "no")
    await do(contact, "revoke", messageId=answer)
    await baileys.hear("update", lambda line: line["id"] == answer and line["deleted"])
    await baileys.do("sendContent", to=contact, content={}, about={"as": "delete", "id": first})
    await shown(contact, first, lambda message: message.get("deleted"))


async def test_a_vote_in_a_poll_of_baileys(baileys, people, shown, do) -> None:
    """The contact votes in a poll of Baileys, sealed as Baileys opens it."""
    _, contact = people
    content = {"poll": {"name": "When?", "values": ["now", "later"], "selectableCount": 2}}
    poll = (await baileys.do("sendContent", to=contact, content=content))["id"]
    await shown(contact, poll)
    vote = await do(contact, "vote", messageId=poll, options=["later"])
    await baileys.hear("message", lambda line: line["id"] == vote)
    opened = await baileys.do("openVote", id=vote, poll=poll)
    assert opened["options"] == [hashlib.sha256(b"later").hexdigest()]
