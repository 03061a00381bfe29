import base64
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from session_host.whatsapp.past.reading import about
from shared.chats.on_phone import OnPhone
from shared.contracts.events import Target
from shared.poll_options import names_by_id
from shared.sessions.chosen import Ignore
from tests.session_host.whatsapp.past.pieces import ALL, LID, NUMBER, in_event, mapped, message, piece, told

GROUP = "120363025246125486@g.us"


def chat(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"ID": LID, "pnJID": f"{NUMBER}@s.whatsapp.net", "messages": list(messages)} | fields


def test_what_a_piece_says_of_itself(tmp_path: Path) -> None:
    """Its name and how far the phone has come are known without reading it."""
    with mapped(tmp_path / "piece", piece(chunkOrder=3, progress=40, conversations=[chat(message("A"))])) as data:
        found = about(data, 0)
    assert (found.name, found.progress) == ("RECENT-3", 40)


def test_a_chat_by_lid_is_the_chat_of_its_number(tmp_path: Path) -> None:
    """A person is one chat, theirs and the session's own messages have their authors, and the name is the phone's."""
    (found,) = told(tmp_path, piece(conversations=[chat(message("A"), message("B", mine=True), name="Ana Saved")]))
    theirs, mine = (each.event for each in found.messages)
    assert [each.chat for each in (theirs, mine)] == [f"{NUMBER}@s.whatsapp.net"] * 2
    assert (theirs.id, theirs.content.message, theirs.timestamp) == ("A", "A", 1_700_000_000)
    assert (theirs.from_me, theirs.from_number, theirs.from_lid) == (False, NUMBER, LID)
    assert (mine.from_me, mine.from_number, mine.from_lid) == (True, "62800", "80000@lid")
    (about_it,) = found.chats
    assert (about_it.chat, about_it.lid, about_it.name) == (f"{NUMBER}@s.whatsapp.net", LID, "Ana Saved")


@pytest.mark.parametrize(
    ("until", "told_until"),
    [(1_900_000_000_000, 1_900_000_000_000), (1_900_000_000, 1_900_000_000_000), (2**64 - 1, None)],
)
def test_how_the_phone_has_a_chat(tmp_path: Path, until: int, told_until: int | None) -> None:
    """What is unread, pinned, archived and muted there; a mute without an end has none."""
    fields = {"unreadCount": 2, "pinned": 1_700_000_000, "muteEndTime": str(until)}
    (found,) = told(tmp_path, piece(conversations=[chat(message("A"), **fields)]))
    assert found.chats[0].on_phone == OnPhone(unread=2, pinned=True, muted=True, muted_until=told_until)


def test_a_chat_of_which_nothing_is_said_is_told_as_such(tmp_path: Path) -> None:
    """Another piece has said it."""
    (found,) = told(tmp_path, piece(conversations=[chat(message("A"), name="Ana")]))
    assert found.chats[0].on_phone is None


def test_numbers_of_a_piece_count_for_its_chats(tmp_path: Path) -> None:
    """They stand behind the chats in a piece, and are known before the first chat is named."""
    pairs = [{"pnJID": "628222@s.whatsapp.net", "lidJID": "902000@lid"}]
    content = piece(conversations=[{"ID": "902000@lid", "messages": [message("A")]}], phoneNumberToLidMappings=pairs)
    first, second = told(tmp_path, content)
    assert first.numbers == {"902000@lid": "628222"}
    assert second.messages[0].event.chat == "628222@s.whatsapp.net"


def test_names_of_people(tmp_path: Path) -> None:
    """What people call themselves and what the phone calls them are told apart; a dash is no name."""
    names = [{"ID": LID, "pushname": "Ana"}, {"ID": "628222@s.whatsapp.net", "pushname": "-"}]
    contacts = [{"pnJID": "628333@s.whatsapp.net", "lidJID": "903000@lid", "fullName": "Boris Saved"}]
    found = told(tmp_path, piece(syncType="PUSH_NAME", pushnames=names, inlineContacts=contacts))[0]
    assert found.push_names == {LID: "Ana"}
    assert found.names == {"628333@s.whatsapp.net": "Boris Saved"}


def test_a_group_has_its_members_as_authors(tmp_path: Path) -> None:
    """Who wrote is the participant, in the key or beside it."""
    said = message("A", pushName="Ana", participant=LID), message("B") | {}
    said[1]["message"]["key"]["participant"] = "628222@s.whatsapp.net"
    (found,) = told(tmp_path, piece(conversations=[{"ID": GROUP, "name": "Party", "messages": list(said)}]))
    first, second = (each.event for each in found.messages)
    assert (first.chat, first.from_lid, first.from_number, first.push_name) == (GROUP, LID, None, "Ana")
    assert (second.from_lid, second.from_number) == (None, "628222")
    assert found.chats[0].name == "Party"


def test_what_was_said_about_messages(tmp_path: Path) -> None:
    """Reactions and votes that a phone keeps with a message are said about it, by who said them."""
    option = base64.b64encode(sha256(b"a").digest()).decode()
    reacted = {"key": {"ID": "R", "fromMe": False}, "text": "👍", "senderTimestampMS": 1_700_000_001_000}
    voted = {
        "pollUpdateMessageKey": {"ID": "V", "fromMe": True},
        "vote": {"selectedOptions": [option]},
        "senderTimestampMS": 1_700_000_002_000,
    }
    poll = {"pollCreationMessageV3": {"name": "Which?", "options": [{"optionName": "a"}, {"optionName": "b"}]}}
    (found,) = told(tmp_path, piece(conversations=[chat(message("A", poll, reactions=[reacted], pollUpdates=[voted]))]))
    reaction, vote = found.messages[0].remarks
    assert (reaction.kind, reaction.message_id, reaction.says) == ("reaction", "A", {"emoji": "👍"})
    assert (reaction.number, reaction.lid, reaction.at) == (NUMBER, LID, 1_700_000_001_000)
    assert vote.number == "62800"
    assert [names_by_id(["b", "a"])[choice] for choice in vote.says["choices"]] == ["a"]


def test_edits_and_deletes_name_their_message(tmp_path: Path) -> None:
    """One that comes by itself is about another message; what was deleted before is a message without its text."""
    key = {"ID": "A", "fromMe": True}  # from its author's point of view
    edit = {"protocolMessage": {"type": "MESSAGE_EDIT", "key": key, "editedMessage": {"conversation": "new"}}}
    gone = message("C") | {}
    del gone["message"]["message"]
    gone["message"]["messageStubType"] = "REVOKE"
    (found,) = told(tmp_path, piece(conversations=[chat(message("B", edit), gone)]))
    edited, deleted = found.messages
    assert edited.event.type == "edit"
    assert edited.event.target == Target(
        id="A", from_me=False, from_number=NUMBER, from_lid=LID, said_at=1_700_000_000_000
    )
    assert deleted.deleted
    assert (deleted.event.id, deleted.event.content.message) == ("C", None)


def test_notices_and_what_nobody_wrote_are_left_out(tmp_path: Path) -> None:
    """Neither are messages without an id or a time, nor chats that are none: status updates, channels."""
    notice = message("N")
    del notice["message"]["message"]
    notice["message"]["messageStubType"] = "GROUP_CREATE"
    no_chats = ("status@broadcast", "123456789@newsletter", "", "?")
    others = [{"ID": each, "messages": [message("S")]} for each in no_chats]
    content = piece(conversations=[chat(notice, message(""), message("T", at=0)), *others])
    (found,) = told(tmp_path, content)
    assert found.messages == []
    assert [each.chat for each in found.chats] == [f"{NUMBER}@s.whatsapp.net"]


def test_older_ones_and_ignored_chats_are_left_out(tmp_path: Path) -> None:
    """Only what is wanted is taken: so many days, and no groups where groups are ignored."""
    content = piece(
        conversations=[chat(message("A", at=99), message("B", at=100)), {"ID": GROUP, "messages": [message("C")]}]
    )
    (found,) = told(tmp_path, content, replace(ALL, since=100, ignore=Ignore(groups=True)))
    assert [each.event.id for each in found.messages] == ["B"]
    assert [each.chat for each in found.chats] == [f"{NUMBER}@s.whatsapp.net"]


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Parts are small, and what was looked at before is passed over: each message is told once."""
    content = piece(conversations=[chat(*(message(f"A{count}") for count in range(7))), chat(message("B"))])
    parts = told(tmp_path, content, replace(ALL, at_once=3))
    ids = [each.event.id for part in parts for each in part.messages]
    assert ids == [*(f"A{count}" for count in range(7)), "B"]
    assert all(part.size <= 3 for part in parts)
    for part in parts:
        after = [each.event.id for later in told(tmp_path, content, ALL, part.place) for each in later.messages]
        assert after == ids[part.place :]


@pytest.mark.parametrize("broken", ["message", "chat"])
def test_what_cannot_be_read_ends_nothing(tmp_path: Path, broken: str) -> None:
    """A message, or a chat, that is no protobuf is left out; the others are there."""
    good = piece(conversations=[chat(message("A"))])[1:]
    good = good[good.index(b"\x12") :]
    bad_message = b"\x0a\x03abc" + b"\x12\x04\x0a\x02\xff\xff"
    bad = b"\x12" + bytes((len(bad_message),)) + bad_message if broken == "message" else b"\x12\x03\xff\xff\xff"
    found = told(tmp_path, in_event(b"\x08\x03" + bad + good))
    assert [each.event.id for part in found for each in part.messages] == ["A"]


@pytest.mark.parametrize("content", [b"x", b"", in_event(b"\xff"), b"\x0a\x7fab"])
def test_what_is_no_piece_is_said(tmp_path: Path, content: bytes) -> None:
    """A file that the disk made something else of is an error, and no endless loop."""
    with pytest.raises(ValueError, match=r"."), mapped(tmp_path / "piece", content or b"\x00") as data:
        about(data, 0)


def test_a_huge_message_is_left_out(tmp_path: Path) -> None:
    """What no row could hold is not even parsed."""
    huge = message("A", {"conversation": "x" * (5 << 20)})
    (found,) = told(tmp_path, piece(conversations=[chat(huge, message("B"))]))
    assert [each.event.id for each in found.messages] == ["B"]
