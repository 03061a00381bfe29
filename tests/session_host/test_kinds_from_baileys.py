"""Every kind of message from Baileys to the inbox of a whole session host."""

import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from shared.contracts.content.choices import Buttons
from shared.contracts.content.poll import Poll
from shared.contracts.content.sayings import Vote
from shared.contracts.content.text import Text
from shared.messages.received import InboundMessage
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.session_host.baileys_talk import Talk, talking

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.timeout(INSTALL_SECONDS + 120),
]
_PARTY = 1_796_083_200
"""Seconds since 1970: the first of December 2026."""
_CARDS = [
    {"displayName": name, "vcard": f"BEGIN:VCARD\nFN:{name}\nTEL;waid=62812345678{at}:+62\nEND:VCARD"}
    for at, name in enumerate(("Ani", "Budi"))
]
_SHOWN_CARDS = [
    {"name": card["displayName"], "numbers": [f"62812345678{at}"], "vcard": card["vcard"]}
    for at, card in enumerate(_CARDS)
]
_PLACE = {"degreesLatitude": 1.5, "degreesLongitude": 2.5}
_SHOWN_PLACE = {"latitude": 1.5, "longitude": 2.5}

FILES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "image": (
        "image",
        {"kind": "image", "caption": "look", "width": 800, "height": 600},
        {"mimetype": "image/jpeg", "width": 800, "height": 600},
    ),
    "image once": ("image", {"kind": "image", "viewOnce": True}, {"viewOnce": True}),
    "video": (
        "video",
        {"kind": "video", "caption": "watch", "seconds": 3, "width": 640, "height": 360},
        {"mimetype": "video/mp4", "seconds": 3, "width": 640, "height": 360},
    ),
    "video once": ("video", {"kind": "video", "viewOnce": True}, {"viewOnce": True}),
    "gif": ("gif", {"kind": "video", "gifPlayback": True, "caption": "again"}, {"mimetype": "video/mp4"}),
    "video note": ("video_note", {"kind": "video", "ptv": True}, {"mimetype": "video/mp4"}),
    "audio": (
        "audio",
        {"kind": "audio", "mimetype": "audio/mpeg", "seconds": 3},
        {"mimetype": "audio/mpeg", "seconds": 3},
    ),
    "voice": (
        "voice",
        {"kind": "audio", "ptt": True, "seconds": 4},
        {"mimetype": "audio/ogg; codecs=opus", "seconds": 4, "ptt": True},
    ),
    "voice once": (
        "voice", {"kind": "audio", "ptt": True, "seconds": 4, "viewOnce": True}, {"ptt": True, "viewOnce": True}
    ),
    "document": (
        "document",
        {"kind": "document", "fileName": "plan.pdf", "mimetype": "application/pdf", "caption": "read"},
        {"fileName": "plan.pdf", "mimetype": "application/pdf"},
    ),
    "sticker": (
        "sticker",
        {"kind": "sticker", "isAnimated": True, "width": 512, "height": 512},
        {"mimetype": "image/webp", "animated": True, "width": 512, "height": 512},
    ),
}  # fmt: skip
"""The type that is shown; what Baileys' sendMessage is given; what is shown of the file."""

THEIRS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "text": ("text", {"text": "hi there"}, {"message": "hi there"}),
    "place": (
        "location",
        {"location": _PLACE | {"name": "Monas", "address": "Jakarta"}},
        {"message": "Monas", "location": _SHOWN_PLACE | {"name": "Monas", "address": "Jakarta"}},
    ),
    "card": ("contact", {"contacts": {"contacts": _CARDS[:1]}}, {"message": "Ani", "contacts": _SHOWN_CARDS[:1]}),
    "cards": (
        "contact",
        {"contacts": {"displayName": "2 contacts", "contacts": _CARDS}},
        {"message": "2 contacts", "contacts": _SHOWN_CARDS},
    ),
    "single choice": (
        "poll",
        {"poll": {"name": "When?", "values": ["now", "later"], "selectableCount": 1}},
        {"message": "When?", "poll": {"question": "When?", "options": ["now", "later"], "multiple": False}},
    ),
    "many choices": (
        "poll",
        {"poll": {"name": "Who?", "values": ["you", "me"]}},
        {"message": "Who?", "poll": {"question": "Who?", "options": ["you", "me"], "multiple": True}},
    ),
    "for all of a community": (
        "poll",
        {"poll": {"name": "Why?", "values": ["so", "no"], "toAnnouncementGroup": True}},
        {"message": "Why?", "poll": {"question": "Why?", "options": ["so", "no"], "multiple": True}},
    ),
    "event": (
        "event",
        {"event": {"name": "Party", "description": "cake", "startDate": _PARTY * 1000, "location": _PLACE}},
        {
            "message": "Party",
            "event": {"name": "Party", "description": "cake", "startsAt": _PARTY, "location": _SHOWN_PLACE},
        },
    ),
}
"""The type that is shown; what Baileys' sendMessage is given; what is shown."""

RELAYED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "live": (
        "live_location",
        {"liveLocationMessage": _PLACE | {"caption": "on my way", "sequenceNumber": 7}},
        {"message": "on my way", "location": _SHOWN_PLACE | {"live": True}},
    ),
    "invite": (
        "group_invite",
        {
            "groupInviteMessage": {
                "groupJid": "1203@g.us", "groupName": "Team", "inviteCode": "abc", "inviteExpiration": _PARTY,
                "caption": "join",
            }
        },
        {"message": "join", "invite": {"group": "1203@g.us", "name": "Team", "code": "abc", "expiresAt": _PARTY}},
    ),
    "order": (
        "order",
        {
            "orderMessage": {
                "orderId": "o1", "orderTitle": "Pizza", "itemCount": 2, "message": "please", "totalAmount1000": 12_500,
                "totalCurrencyCode": "IDR", "sellerJid": "628111@s.whatsapp.net", "token": "opens it",
            }
        },
        {
            "message": "please",
            "order": {
                "id": "o1", "title": "Pizza", "items": 2, "total": 12.5, "currency": "IDR", "seller": "628111"
            },
        },
    ),
    "buttons": (
        "buttons",
        {
            "buttonsMessage": {
                "contentText": "Well?", "footerText": "Shop", "headerType": 1,
                "buttons": [{"buttonId": "y", "buttonText": {"displayText": "Yes"}, "type": 1}],
            }
        },
        {
            "message": "Well?",
            "interactive": {"footer": "Shop", "buttons": [{"type": "reply", "id": "y", "text": "Yes"}]},
        },
    ),
    "list": (
        "list",
        {
            "listMessage": {
                "title": "Menu", "description": "Which?", "buttonText": "Open", "listType": 1,
                "sections": [{"title": "All", "rows": [{"rowId": "s", "title": "Small", "description": "30 cm"}]}],
            }
        },
        {
            "message": "Which?",
            "interactive": {
                "title": "Menu", "buttonText": "Open",
                "sections": [{"title": "All", "rows": [{"id": "s", "title": "Small", "description": "30 cm"}]}],
            },
        },
    ),
    "flow": (
        "interactive",
        {
            "interactiveMessage": {
                "body": {"text": "More?"},
                "nativeFlowMessage": {
                    "buttons": [
                        {"name": "cta_url", "buttonParamsJson": '{"display_text": "Site", "url": "https://x.test"}'}
                    ]
                },
            }
        },
        {
            "message": "More?",
            "interactive": {"buttons": [{"type": "url", "text": "Site", "url": "https://x.test"}]},
        },
    ),
}  # fmt: skip
"""The type that is shown; the protobuf, of what sendMessage knows no content for; what is shown.

An invitation too: sendMessage asks for the group's picture first, and fails where there is none.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(
    run_whatsapp: Any,
    nats_url: str,
    installed: Path,  # noqa: F811 - the fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Talk]:
    async with talking(run_whatsapp, nats_url, installed, tmp_path_factory.mktemp("talk")) as both:
        yield both


def _new_file(folder: Path) -> tuple[str, bytes]:
    """Bytes that nothing else has: nobody looks into what comes."""
    path, plain = folder / os.urandom(4).hex(), os.urandom(20_000)
    path.write_bytes(plain)
    return str(path), plain


def _is_settled(row: InboundMessage) -> bool:
    return row.content["media"]["state"] != "fetching"


async def _came_whole(talk: Talk, id_: str, plain: bytes) -> InboundMessage:
    """The row of a message whose file is kept, the very bytes, as its sender says."""
    row = await talk.shown(id_, _is_settled)
    media = row.content["media"]
    assert media["state"] == "stored", media
    assert (media["size"], media["sha256"]) == (len(plain), hashlib.sha256(plain).hexdigest())
    assert await talk.kept(row) == plain
    return row


@pytest.mark.proves("in", "Baileys", "image", "video", "gif", "video_note", "audio", "voice", "document", "sticker")
async def test_files_come_whole(talk: Talk, tmp_path: Path) -> None:
    """The bytes that Baileys sent, under what they are, also of what is to be seen once."""
    for name, (type_, said, shown) in FILES.items():
        path, plain = _new_file(tmp_path)
        row = await _came_whole(talk, await talk.say("sendFile", path=path, **said), plain)
        assert row.type == type_, name
        assert row.content.get("message") == said.get("caption"), name
        assert shown.items() <= row.content["media"].items(), (name, row.content)
        assert "viewOnce" in shown or "viewOnce" not in row.content["media"], name
        assert (row.from_number, row.from_me, row.chat) == (talk.other, False, f"{talk.other}@s.whatsapp.net")


@pytest.mark.proves("in", "Baileys", "album", "product")
async def test_files_of_something_else(talk: Talk, tmp_path: Path) -> None:
    """Parts of an album name it; a product's picture is its file; what is passed on is brought once more."""
    album = await talk.say(content={"album": {"expectedImageCount": 1, "expectedVideoCount": 1}})
    row = await talk.shown(album)
    assert (row.type, row.content["album"]) == ("album", {"images": 1, "videos": 1})
    for kind in ("image", "video"):
        path, plain = _new_file(tmp_path)
        part = await talk.say("sendFile", kind=kind, path=path, about={"as": "albumParentKey", "id": album})
        row = await _came_whole(talk, part, plain)
        assert (row.type, row.content["album"]) == (kind, {"messageId": album})

    passed_on = await talk.say(content={"force": True}, about={"as": "forward", "id": part})
    row = await _came_whole(talk, passed_on, plain)
    assert (row.type, row.content["forwarded"]) == ("video", True)

    path, plain = _new_file(tmp_path)
    goods = {
        "productImage": path,
        "title": "Pizza",
        "description": "hot",
        "currencyCode": "IDR",
        "priceAmount1000": 9_900,
    }
    row = await _came_whole(talk, await talk.say(content={"product": goods, "body": "new"}), plain)
    shown = {"title": "Pizza", "description": "hot", "currency": "IDR", "price": 9.9}
    assert (row.type, row.content["message"], row.content["product"]) == ("product", "new", shown)


@pytest.mark.proves("in", "Baileys", "text", "location", "contact", "poll", "event", "live_location", "group_invite")
@pytest.mark.proves("in", "Baileys", "order", "buttons", "list", "interactive")
async def test_what_has_no_file(talk: Talk) -> None:
    """Each as what it is, with all of it."""
    for do, field, cases in (("sendContent", "content", THEIRS), ("relay", "message", RELAYED)):
        for name, (type_, said, shown) in cases.items():
            row = await talk.shown(await talk.say(do, **{field: said}))
            assert (row.type, row.content) == (type_, shown), name


async def test_what_surrounds_a_text(talk: Talk) -> None:
    """What it answers, of ours and of its own; whom it mentions; that it was passed on, and when it disappears."""
    ours = await talk.send(Text(text="ours"))
    await talk.baileys.hear("message", lambda line: line["id"] == ours)
    row = await talk.shown(await talk.say(content={"text": "well"}, quoted=ours))
    assert row.content["message"] == "well"
    quoted = {"id": ours, "from": talk.number, "type": "text", "message": "ours"}
    assert quoted.items() <= row.content["quoted"].items()
    row = await talk.shown(await talk.say(content={"text": "and"}, quoted=row.id))
    assert {"id": row.content["quoted"]["id"], "from": talk.other}.items() <= row.content["quoted"].items()
    mentioned = {"text": "hi @628111000001", "mentions": ["628111000001@s.whatsapp.net"]}
    row = await talk.shown(await talk.say(content=mentioned))
    assert row.content == {"message": "hi @628111000001", "mentions": [{"number": "628111000001"}]}
    passed_on = await talk.shown(await talk.say(content={"force": True}, about={"as": "forward", "id": row.id}))
    assert (passed_on.content["message"], passed_on.content["forwarded"]) == ("hi @628111000001", True)
    row = await talk.shown(await talk.say(content={"text": "soon gone"}, expires=86_400))
    assert row.content == {"message": "soon gone", "expiresIn": 86_400}


@pytest.mark.proves("out", "Baileys", "vote")
@pytest.mark.proves("in", "Baileys", "vote", "event_answer")
async def test_votes_and_answers_to_events(talk: Talk) -> None:
    """What Baileys seals is opened and counted, in a poll of ours and in an event of its own; it opens our vote."""
    asked = await talk.send(Poll(question="When?", options=("now", "later")))
    await talk.baileys.hear("message", lambda line: line["id"] == asked)
    vote = await talk.shown(await talk.say("vote", id=asked, options=["later"]))
    assert (vote.type, vote.content) == (
        "vote",
        {"message": "later", "vote": {"messageId": asked, "options": ["later"]}},
    )
    party = await talk.say(content={"event": {"name": "Party", "startDate": _PARTY * 1000}})
    await talk.shown(party)
    answer = await talk.shown(await talk.say("answerEvent", id=party, response=1, guests=2))
    said = {"messageId": party, "response": "going", "guests": 2}
    assert (answer.type, answer.content) == ("event_answer", {"message": "going", "answer": said})
    row = await talk.shown(party, lambda row: "answers" in row.shown["event"])
    (guest,) = row.shown["event"]["answers"]
    assert (guest["from"], guest["response"], guest["guests"]) == (talk.other, "going", 2)

    poll = await talk.say(content={"poll": {"name": "Who?", "values": ["you", "me"], "selectableCount": 1}})
    await talk.shown(poll)
    ours = await talk.heard(Vote(message_id=poll, options=("me",)))
    opened = await talk.baileys.do("openVote", id=ours["id"], poll=poll)
    assert opened["options"] == [hashlib.sha256(b"me").hexdigest()]


@pytest.mark.proves("in", "Baileys", "reply")
async def test_what_is_chosen_of_buttons(talk: Talk) -> None:
    """In each of the four forms that clients answer in; and in words."""
    buttons = {"text": "Well?", "buttons": [{"id": "y", "text": "Yes"}]}
    asked = await talk.send(Buttons.model_validate(buttons))
    in_words = await talk.send(Buttons.model_validate(buttons | {"fallback": "text"}))
    await talk.baileys.hear("message", lambda line: line["id"] == in_words)
    button = {"id": "y", "displayText": "Yes", "index": 0}
    row = {"title": "Yes", "listType": 1, "singleSelectReply": {"selectedRowId": "y"}}
    flow = {
        "body": {"text": "Yes"}, "contextInfo": {"stanzaId": asked},
        "nativeFlowResponseMessage": {"name": "quick_reply", "paramsJson": '{"id": "y"}'},
    }  # fmt: skip
    answers = [
        (asked, await talk.say(content={"buttonReply": button, "type": "plain"}, quoted=asked)),
        (asked, await talk.say(content={"buttonReply": button, "type": "template"}, quoted=asked)),
        (asked, await talk.say(content={"listReply": row}, quoted=asked)),
        (asked, await talk.say("relay", message={"interactiveResponseMessage": flow})),
        (in_words, await talk.say(content={"text": "Yes"}, quoted=in_words)),
    ]
    for about, answer in answers:
        shown = await talk.shown(answer)
        reply = {"id": "y", "text": "Yes", "messageId": about}
        assert (shown.type, shown.content["message"], shown.content.get("reply")) == ("reply", "Yes", reply)


@pytest.mark.proves("in", "Baileys", "reaction", "edit", "revoke", "pin")
async def test_what_is_said_about_a_message(talk: Talk) -> None:
    """An edit, which Baileys sends bare, a reaction, a pin and its end; then its sender deletes it."""
    first = await talk.say(content={"text": "first"})
    await talk.shown(first)
    await talk.say(content={"text": "second"}, about={"as": "edit", "id": first})
    row = await talk.shown(first, lambda row: row.content.get("edited", False))
    assert row.content == {"message": "second", "edited": True}

    smile = await talk.shown(await talk.say("react", id=first, emoji="x"))
    assert (smile.type, smile.content["reaction"]) == ("reaction", {"messageId": first, "emoji": "x"})
    row = await talk.shown(first, lambda row: "reactions" in row.shown)
    assert [(each["from"], each["emoji"]) for each in row.shown["reactions"]] == [(talk.other, "x")]

    for type_, pin in ((1, {"pinned": True, "seconds": 604_800}), (2, {"pinned": False})):
        said = {"type": type_, "time": 604_800}
        row = await talk.shown(await talk.say(content=said, about={"as": "pin", "id": first}))
        assert (row.type, row.content["pin"]) == ("pin", {"messageId": first} | pin)

    await talk.say(content={}, about={"as": "delete", "id": first})
    row = await talk.shown(first, lambda row: row.content.get("deleted", False))
    assert row.content == {"deleted": True}
