"""What contacts with real clients write to a session, as it is in its inbox and in the log of events."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.json_format import ParseDict
from zstandard import decompress

from sandbox.environment import SandboxAddresses
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.events import MessageReceived, ReceiptReceived
from shared.messages.changes import reactions
from shared.messages.received import InboundMessage
from shared.poll_options import names_by_id
from tests.emulators.servers import nats_server
from tests.session_host.arriving import Setting, arriving_host, introduce
from tests.session_host.gateway_host import GatewayHost, eventually
from tests.session_host.whatsapp.content.sealing import sealed_answer, sealed_edit, sealed_vote

pytestmark = pytest.mark.asyncio(loop_scope="module")
_sessions = count()
LOCATION = {"locationMessage": {"degreesLatitude": -6.5, "degreesLongitude": 106.5, "name": "Monas"}}
IMAGE = {"imageMessage": {"caption": "look", "mimetype": "image/jpeg", "mediaKey": "AAEC", "fileLength": "3"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(
    shared_sandbox: SandboxAddresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GatewayHost]:
    """A host for all tests of this module."""
    folder, environment = tmp_path_factory.mktemp("arrivals"), shared_sandbox.shard_environment()
    with nats_server(jetstream=True) as nats:
        async with arriving_host(nats.url, folder, environment) as host:
            yield host


@pytest_asyncio.fixture(loop_scope="module")
async def setting(host: GatewayHost, visit_whatsapp: Any, shared_sandbox: SandboxAddresses) -> AsyncIterator[Setting]:
    """A session of it, and a contact."""
    async with visit_whatsapp(shared_sandbox) as whatsapp:
        yield await introduce(host, whatsapp, f"session-{next(_sessions)}")


async def test_what_is_shown_and_what_is_kept(setting: Setting) -> None:
    """Shown: what a person sees. Kept: the protobuf, that later versions may read better. Published: the shown only."""
    sent = [await setting.writes(message) for message in (LOCATION, IMAGE)]
    place = await setting.row(sent[0])
    image = await setting.row(sent[1], lambda row: row.content["media"]["state"] == "gone")
    assert (place.type, place.content["location"]) == (
        "location",
        {"latitude": -6.5, "longitude": 106.5, "name": "Monas"},
    )
    said = {"message": "look", "media": {"mimetype": "image/jpeg", "size": 3}}
    unreadable = {"state": "gone", "reason": "not_readable"}
    assert (image.type, image.content) == ("image", said | {"media": said["media"] | unreadable})
    assert image.raw is not None
    kept = E2eMessage.FromString(decompress(image.raw))
    kept.ClearField("messageContextInfo")
    assert kept == ParseDict(IMAGE, E2eMessage())
    event = await setting.event(sent[1])
    assert event.content.model_dump(mode="json") == said
    assert "mediaKey" not in event.model_dump_json()
    assert (event.from_number, event.from_lid) == (setting.contact, setting.lid)


@pytest.mark.proves("in", "neonize", "edit", "reaction", "revoke")
async def test_edits_reactions_and_deletes(setting: Setting) -> None:
    """In both forms an edit changes its message; a reaction names it; a delete leaves no text and no protobuf."""
    first, second = await setting.writes("old"), await setting.writes("other")
    edit = {"protocolMessage": {"type": 14, "key": setting.key(first), "editedMessage": {"conversation": "new"}}}
    bare = await setting.writes(edit)
    row = await setting.row(first, lambda found: "edited" in found.content)
    assert row.content == {"message": "new", "edited": True}
    edit["protocolMessage"]["editedMessage"] = {"extendedTextMessage": {"text": "newest"}}
    await setting.writes({"editedMessage": {"message": edit}})
    await setting.row(first, lambda found: found.content["message"] == "newest")
    event = await setting.event(bare)
    assert (event.type, event.content.message, event.content.message_id) == ("edit", "new", first)

    reaction = await setting.writes({"reactionMessage": {"key": setting.key(second), "text": "\U0001f44d"}})
    found = await setting.row(reaction)
    liked = (await setting.row(second, lambda row: "reactions" in row.shown)).shown["reactions"]
    assert [(each["from"], each["fromLid"], each["emoji"]) for each in liked] == [
        (setting.contact, setting.lid, "\U0001f44d")
    ]
    assert (found.type, found.content["reaction"]) == ("reaction", {"messageId": second, "emoji": "\U0001f44d"})
    assert found.chat == f"{setting.contact}@s.whatsapp.net"

    revoke = await setting.writes({"protocolMessage": {"type": 0, "key": setting.key(first)}})
    gone = await setting.row(first, lambda found: "deleted" in found.content)
    assert (gone.content, gone.raw, gone.type) == ({"deleted": True}, None, "text")
    assert (await setting.event(revoke)).content.message_id == first
    page = await setting.host.stores.inbox.newest(setting.uid, limit=100)
    assert {message.id for message in page.messages} == {first, second, reaction}


def with_secret(message: dict[str, Any], secret: bytes) -> dict[str, Any]:
    """A message that carries what seals others about it."""
    return message | {"messageContextInfo": {"messageSecret": base64.b64encode(secret).decode()}}


@pytest.mark.parametrize("by", ["lid", "number"])
async def test_a_sealed_edit_is_opened(setting: Setting, by: str) -> None:
    """With the secret of its message, which the library keeps; its author may be named by LID or by number."""
    secret = os.urandom(32)
    first = await setting.writes(with_secret({"conversation": "old"}, secret))
    author = setting.lid if by == "lid" else f"{setting.contact}@s.whatsapp.net"
    edit = await setting.writes(sealed_edit(secret, setting.key(first), author, author, "new"))
    row = await setting.row(first, lambda found: "edited" in found.content)
    assert row.content == {"message": "new", "edited": True}
    assert (await setting.event(edit)).content.message == "new"


async def test_a_sealed_edit_that_nothing_opens_is_shown_as_one(setting: Setting) -> None:
    """It is there, about its message and with its protobuf; the message keeps its text, and what comes next comes."""
    first = await setting.writes("old")
    edit = await setting.writes(sealed_edit(os.urandom(32), setting.key(first), setting.lid, setting.lid, "new"))
    after = await setting.writes("after")
    await setting.row(after)
    row = await setting.row(edit)
    assert (row.type, row.content) == ("edit", {"messageId": first})
    assert row.raw is not None
    assert (await setting.row(first)).content == {"message": "old"}


@pytest.mark.proves("in", "neonize", "vote", "event_answer")
async def test_sealed_votes_and_answers_are_opened(setting: Setting) -> None:
    """Whoever is named how; what was chosen is known to who has the message, by name and not by the vote."""
    secret, number = os.urandom(32), f"{setting.contact}@s.whatsapp.net"
    poll = with_secret({"pollCreationMessageV3": {"name": "Lunch?", "options": [{"optionName": "Rice"}]}}, secret)
    asked = await setting.writes(poll)
    vote = await setting.writes(sealed_vote(secret, setting.key(asked), setting.lid, number, ["Rice"], at=7))
    cast = await setting.event(vote)
    assert cast.target is not None
    assert (cast.type, cast.sealed, cast.target.choices, cast.target.said_at) == (
        "vote", False, tuple(names_by_id(["Rice"])), 7,
    )  # fmt: skip
    assert cast.content.vote is not None
    assert cast.content.vote.options == ("Rice",)
    counted = await setting.row(asked, lambda row: "results" in row.shown["poll"])
    assert counted.shown["poll"]["results"] == [{"option": "Rice", "votes": 1, "voters": [setting.contact]}]
    party = await setting.writes(with_secret({"eventMessage": {"name": "Party"}}, secret))
    answer = await setting.writes(sealed_answer(secret, setting.key(party), number, setting.lid, 1))
    row = await setting.row(answer)
    assert (row.type, row.content["answer"]) == ("event_answer", {"messageId": party, "response": "going", "guests": 1})
    comes = (await setting.row(party, lambda row: "answers" in row.shown["event"])).shown["event"]["answers"]
    assert [(each["from"], each["response"], each["guests"]) for each in comes] == [(setting.contact, "going", 1)]
    foreign = await setting.writes(sealed_vote(os.urandom(32), setting.key(asked), number, number, ["Rice"]))
    row = await setting.row(foreign)
    assert (row.type, row.content["vote"]) == ("vote", {"messageId": asked})
    assert row.raw is not None


async def test_what_is_sealed_is_opened_when_its_message_comes(setting: Setting) -> None:
    """Also when the library could not decrypt that at first, and the edit was here before it."""
    secret = os.urandom(32)
    await setting.whatsapp.fault("corrupt", target=setting.number)
    first = await setting.writes(with_secret({"conversation": "old"}, secret))
    edit = await setting.writes(sealed_edit(secret, setting.key(first), setting.lid, setting.lid, "new"))
    row = await setting.row(first, lambda found: "edited" in found.content)
    assert row.content == {"message": "new", "edited": True}
    event = await setting.event(edit)
    assert (event.type, event.content.message_id) == ("edit", first)


async def test_a_message_that_is_asked_for_again_arrives_once_over_a_crash(setting: Setting) -> None:
    """The shard is killed when it has asked the writer for three messages, and before they come again."""
    await setting.row(await setting.writes("whole"))
    await setting.whatsapp.fault("corrupt", target=setting.number, count=3)
    await setting.whatsapp.fault("slow", target=setting.number, milliseconds=10_000)
    sent = [await setting.writes(f"damaged {place}") for place in range(3)]

    async def all_written_again() -> bool:
        frames = [(await setting.whatsapp.get("/frames", id=id_))["frames"] for id_ in sent]
        return all(any(frame["retry"] for frame in each) for each in frames)

    await eventually(all_written_again)
    before = await setting.host.stores.sessions.get(setting.uid)
    assert before is not None
    assert [row.content["message"] for row in await inbox(setting)] == ["whole"]
    await setting.host.kill_shard()
    await setting.whatsapp.clear_faults()
    await setting.host.status(setting.uid, "connected", epoch=before.epoch + 1, within=60)
    for id_ in sent:
        await setting.row(id_)
        await setting.event(id_)
    assert sorted(row.content["message"] for row in await inbox(setting)) == [
        "damaged 0",
        "damaged 1",
        "damaged 2",
        "whole",
    ]
    told = [event.id for event in await setting.events() if isinstance(event, MessageReceived)]
    assert [told.count(id_) for id_ in sent] == [1, 1, 1]


async def inbox(setting: Setting) -> list[InboundMessage]:
    return list((await setting.host.stores.inbox.newest(setting.uid, limit=100)).messages)


async def test_others_react_to_what_was_sent(setting: Setting) -> None:
    """Its row says who, once each; a deleted message of the phone's says so. Nothing of it makes a row of ours."""
    sent = await setting.host.send(setting.uid, setting.contact, "hello")
    key = {"remoteJID": f"{setting.number}@s.whatsapp.net", "fromMe": False, "ID": sent.wa_id}
    liked = await setting.writes({"reactionMessage": {"key": key, "text": "!"}})
    await setting.row(liked)

    async def on_it() -> list[dict[str, Any]]:
        found = await setting.host.stores.messages.by_wa_id(setting.uid, str(sent.wa_id))
        return reactions(found.changes) if found else []

    assert [(each["from"], each["emoji"]) for each in await eventually(on_it)] == [(setting.contact, "!")]
    assert (await setting.row(liked)).content["reaction"] == {"messageId": sent.wa_id, "emoji": "!"}


@pytest.mark.proves("in", "neonize", "unavailable")
async def test_what_only_the_phone_is_given_is_there(setting: Setting) -> None:
    """To be seen once: it says so, and by whom it was sent."""
    path = f"/phones/{setting.number}/devices/1/unavailable"
    await setting.whatsapp.post(path, **{"from": setting.contact, "id": "3EB0ONCE"})
    row = await setting.row("3EB0ONCE")
    assert (row.type, row.content, row.from_number) == ("unavailable", {}, setting.contact)


async def test_who_is_known_by_lid_is_no_stranger(setting: Setting) -> None:
    """A message that names the LID alone is of the same person in the same chat; so is one after a restart."""
    await setting.row(await setting.writes("with both"))
    await setting.whatsapp.fault("lid_only", target=setting.number)
    by_lid = await setting.row(await setting.writes("by LID"))
    assert (by_lid.from_number, by_lid.from_lid) == (setting.contact, setting.lid)
    assert by_lid.chat == f"{setting.contact}@s.whatsapp.net"
    await setting.host.kill_shard()
    again = await setting.row(await setting.writes("after a restart"))
    assert (again.from_number, again.chat) == (setting.contact, f"{setting.contact}@s.whatsapp.net")
    assert (await setting.event(again.id)).chat == again.chat


async def test_a_stranger_by_lid_gets_a_reply(setting: Setting) -> None:
    """Whom nothing here knows keeps a LID as address, in one form; written to there, the message arrives."""
    await setting.whatsapp.fault("lid_only", target=setting.number)
    row = await setting.row(await setting.writes("who am I?"))
    assert (row.from_number, row.from_lid, row.chat) == (None, setting.lid, setting.lid)
    answer = await setting.host.send(setting.uid, row.chat, "you are")
    assert answer.state == "sent"

    async def arrived() -> bool:
        messages = (await setting.whatsapp.get(f"/contacts/{setting.contact}/messages"))["messages"]
        return [message["text"] for message in messages] == ["you are"]

    await eventually(arrived)


async def test_a_receipt_is_in_the_chat_of_the_number(setting: Setting) -> None:
    """Receipts name the LID alone."""
    assert (await setting.host.send(setting.uid, setting.contact, "hello")).state == "sent"

    async def receipts() -> list[ReceiptReceived]:
        return [event for event in await setting.events() if isinstance(event, ReceiptReceived)]

    found = await eventually(receipts)
    assert {receipt.chat for receipt in found} == {f"{setting.contact}@s.whatsapp.net"}


async def test_what_the_own_phone_writes_is_from_its_number(setting: Setting) -> None:
    """Another device of the session's number: its own number and LID, in the chat of whom it wrote to."""
    await setting.whatsapp.post("/contacts", number=setting.number)
    row = await setting.row(await setting.writes("mine", to=setting.contact, sender=setting.number))
    session = await setting.host.stores.sessions.get(setting.uid)
    assert session is not None
    assert (row.from_me, row.from_number, row.from_lid) == (True, setting.number, session.report.lid)
    assert session.report.lid is not None
    assert session.report.lid.endswith("@lid")
    assert row.chat == f"{setting.contact}@s.whatsapp.net"


async def test_secrets_between_devices_are_nowhere(setting: Setting) -> None:
    """A key share and a history notice make no row and no event, and are in no log and no journal."""
    secret = b"very secret key of a device"
    keys = [{"keyData": {"keyData": base64.b64encode(secret).decode()}}]
    notice = {"mediaKey": base64.b64encode(secret).decode(), "directPath": "/v/history"}
    await setting.writes({"protocolMessage": {"type": 6, "appStateSyncKeyShare": {"keys": keys}}})
    await setting.writes({"protocolMessage": {"type": 5, "historySyncNotification": notice}})
    last = await setting.writes("after")
    await setting.row(last)
    assert [event.id for event in await setting.events() if isinstance(event, MessageReceived)] == [last]
    forms = (secret, base64.b64encode(secret), secret.hex().encode())
    written = await asyncio.to_thread(lambda: _written(setting.host.folder.parent))
    assert any("journal" in str(path) for path in written)
    assert [path for path, content in written.items() for form in forms if form in content] == []


def _written(folder: Path) -> dict[Path, bytes]:
    """What is in the files below a folder while a host works there: some come and go."""
    found: dict[Path, bytes] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            if "whatsapp.db" not in name:  # in there the library keeps its own keys
                with suppress(FileNotFoundError):
                    found[Path(place, name)] = Path(place, name).read_bytes()
    return found
