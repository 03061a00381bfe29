from collections.abc import Mapping
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from session_host.whatsapp import from_whatsapp
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.library.neonize_client import E2eMessage
from session_host.whatsapp.library.neonize_client import protobufs as neonize
from shared.contracts.events import EVENT, MessageReceived, ReceiptReceived, Target
from shared.contracts.shown import Shown

LID = neonize.JID(User="9001", Server="lid", RawAgent=0, Device=3, Integrator=0, IsEmpty=False)
NUMBER = neonize.JID(User="628123", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
GROUP = neonize.JID(User="12036", Server="g.us", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
STATUS = neonize.JID(User="status", Server="broadcast", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
LIST = neonize.JID(User="16000", Server="broadcast", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
NOBODY = neonize.JID(User="", Server="", RawAgent=0, Device=0, Integrator=0, IsEmpty=True)
TEXT = {"conversation": "hello"}
KEY = {"remoteJID": "628@s.whatsapp.net", "fromMe": True, "ID": "3EB0AA"}
REVOKE = {"protocolMessage": {"type": 0, "key": KEY}}
EDIT = {"protocolMessage": {"type": 14, "key": KEY, "editedMessage": {"conversation": "new"}}}


@pytest.fixture
def people() -> Acquaintances:
    """Those of a session with a number of its own."""
    known = Acquaintances()
    known.is_my_account("62800", "8000@lid")
    return known


def event(
    message: Mapping[str, Any],
    *,
    chat: Any = LID,
    mine: bool = False,
    number: Any = NUMBER,
    recipient: Any = NOBODY,
    **info: Any,
) -> Any:
    source = neonize.MessageSource(
        Chat=chat, Sender=LID, SenderAlt=number, RecipientAlt=recipient, IsFromMe=mine, IsGroup=chat is GROUP
    )
    about = neonize.MessageInfo(
        **{"MessageSource": source, "ID": "3EB0", "Timestamp": 1_700_000_000_123, "Pushname": "Ana"} | info
    )
    return neonize.Message(Info=about, Message=ParseDict(dict(message), E2eMessage()))


def read(message: Any, people: Acquaintances) -> MessageReceived:
    arrival = from_whatsapp.message(message, 5, people)
    assert arrival is not None
    assert isinstance(arrival.event, MessageReceived)
    return arrival.event


def test_text_with_both_addresses_and_seconds(people: Acquaintances) -> None:
    """Milliseconds of the library become seconds; the chat is named by its number, a LID as an address."""
    found = read(event(TEXT), people)
    assert (found.at, found.timestamp, found.type, found.content.message) == (5, 1_700_000_000, "text", "hello")
    assert (found.from_number, found.from_lid, found.chat) == ("628123", "9001@lid", "628123@s.whatsapp.net")
    assert found.push_name == "Ana"


def test_the_protobuf_is_kept_with_its_wrapper_and_without_keys(people: Acquaintances) -> None:
    """The library takes wrappers off; whoever reads it again has to find that it is to be seen once."""
    image = {"imageMessage": {"caption": "look", "mediaKey": "AAEC"}}
    keys = {"senderKeyDistributionMessage": {"groupID": "secret"}, "messageContextInfo": {"messageSecret": "AAEC"}}
    once = event(image | keys)
    once.IsViewOnceV2 = True
    arrival = from_whatsapp.message(once, 5, people)
    assert arrival is not None
    assert arrival.raw is not None
    kept = E2eMessage.FromString(arrival.raw)
    assert kept.viewOnceMessageV2.message.imageMessage.mediaKey == b"\x00\x01\x02"
    plain = from_whatsapp.message(event(image | keys), 5, people)
    assert plain is not None
    assert plain.raw is not None
    assert E2eMessage.FromString(plain.raw) == ParseDict(
        image | {"messageContextInfo": {"messageSecret": "AAEC"}}, E2eMessage()
    )
    assert read(once, people).content.media is not None


@pytest.mark.parametrize(
    "raw", [b"\n\x02\xff\xfe", b"\x2a\x12\x09\x00\x00\x00\x00\x00\x00\xf8\x7f\x11\x00\x00\x00\x00\x00\x00\x00\x00"]
)
def test_what_cannot_be_read_is_kept(people: Acquaintances, raw: bytes) -> None:
    """A text that is no text, a place that is nowhere: WhatsApp sends it once, and what reads the event can read it."""
    strange = event({})
    strange.Message.ParseFromString(raw)
    arrival = from_whatsapp.message(strange, 5, people)
    assert arrival is not None
    assert arrival.raw == raw
    assert isinstance(arrival.event, MessageReceived)
    assert arrival.event.content == Shown()
    assert EVENT.validate_json(arrival.event.model_dump_json()) == arrival.event


def test_keys_and_requests_between_devices_are_no_messages(people: Acquaintances) -> None:
    """They are neither journalled nor kept."""
    share = {"protocolMessage": {"type": 6, "appStateSyncKeyShare": {"keys": [{"keyData": {"keyData": "AAEC"}}]}}}
    assert from_whatsapp.message(event(share), 0, people) is None
    assert from_whatsapp.message(event({"senderKeyDistributionMessage": {"groupID": "x"}}), 0, people) is None


def test_what_the_phone_says_to_its_devices_alone_is_nobodys(people: Acquaintances) -> None:
    """It carries the keys of settings and of history: nothing of it is an event, whatever is in it."""
    for said in (TEXT, EDIT, {"protocolMessage": {"type": 6, "appStateSyncKeyShare": {"keys": []}}}):
        assert from_whatsapp.message(event(said, mine=True, Category="peer"), 5, people) is None


def test_what_the_phone_sent_is_the_sessions_own(people: Acquaintances) -> None:
    """From its own number and LID, whatever the library says, in the chat of the recipient."""
    other = neonize.JID(User="4915", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
    found = read(event(TEXT, mine=True, number=NOBODY, recipient=other), people)
    assert (found.from_me, found.from_number, found.from_lid) == (True, "62800", "8000@lid")
    assert found.chat == "4915@s.whatsapp.net"


def test_groups_lists_and_statuses(people: Acquaintances) -> None:
    """A group is its own chat, and so are statuses; what came by a list of the sender's is in the sender's chat."""
    assert read(event(TEXT, chat=GROUP), people).chat == "12036@g.us"
    assert read(event(TEXT, chat=STATUS), people).chat == "status@broadcast"
    assert read(event(TEXT, chat=LIST), people).chat == "628123@s.whatsapp.net"


def test_who_is_known_is_named_by_number(people: Acquaintances) -> None:
    """A LID alone is the person a message before named with both: sender, chat, receipt, quote and mention."""
    first = from_whatsapp.message(event(TEXT, number=NOBODY), 0, people)
    assert first is not None
    assert first.held
    assert isinstance(first.event, MessageReceived)
    assert (first.event.from_number, first.event.chat) == (None, "9001@lid")

    people.learn("9001@lid", "628123")
    info = {"stanzaID": "3EB0BB", "participant": "90010@lid", "mentionedJID": ["90010@lid", "8000@lid"]}
    people.learn("90010@lid", "62890")
    text = {"extendedTextMessage": {"text": "hi", "contextInfo": info}}
    arrival = from_whatsapp.message(event(text, number=NOBODY), 0, people)
    assert arrival is not None
    assert not arrival.held
    found = arrival.event
    assert isinstance(found, MessageReceived)
    assert (found.from_number, found.from_lid, found.chat) == ("628123", "9001@lid", "628123@s.whatsapp.net")
    assert found.content.model_dump(mode="json") == {
        "message": "hi",
        "quoted": {"id": "3EB0BB", "from": "62890", "fromLid": "90010@lid"},
        "mentions": [{"number": "62890", "lid": "90010@lid"}],
    }


def test_nobody_waits_again_for_who_is_unknown(people: Acquaintances) -> None:
    """The library was asked and does not know the number: further messages of them are not held for a while."""
    people.learn_all(frozenset({"9001@lid"}), {})
    assert from_whatsapp.message(event(TEXT, number=NOBODY), 0, people) == Arrival(
        read(event(TEXT, number=NOBODY), people).model_copy(update={"at": 0}), b"\n\x05hello", held=False
    )
    assert read(event(TEXT), people).from_number == "628123"
    assert read(event(TEXT, number=NOBODY), people).from_number == "628123"


def test_what_an_edit_and_a_delete_change(people: Acquaintances) -> None:
    """Their sender's own message, whoever they say wrote it; an admin's delete that of another."""
    at = 1_700_000_000_123
    theirs = Target(id="3EB0AA", from_me=False, from_number="628123", from_lid="9001@lid", said_at=at)
    for message in (EDIT, REVOKE):
        assert read(event(message), people).target == theirs
        mine = read(event(message, mine=True), people).target
        assert mine == Target(id="3EB0AA", from_me=True, from_number="62800", from_lid="8000@lid", said_at=at)
    others = {
        "protocolMessage": {"type": 0, "key": KEY | {"fromMe": False, "participant": "62877000:2@s.whatsapp.net"}}
    }
    assert read(event(others, chat=GROUP), people).target is None
    by_admin = read(event(others, chat=GROUP, Edit="8"), people)
    assert by_admin.target == Target(id="3EB0AA", from_me=False, from_number="62877000", from_lid=None, said_at=at)
    forged = {"protocolMessage": EDIT["protocolMessage"] | {"key": KEY | {"fromMe": False}}}
    assert read(event(forged), people).target is None


def test_a_sealed_edit_is_held(people: Acquaintances) -> None:
    """Its secret has to be looked up; until then it is about a message and changes nothing."""
    sealed = {"targetMessageKey": KEY, "encPayload": "AA==", "encIV": "AA==", "secretEncType": 2}
    arrival = from_whatsapp.message(event({"secretEncryptedMessage": sealed}), 5, people)
    assert arrival is not None
    assert arrival.held
    assert isinstance(arrival.event, MessageReceived)
    assert (arrival.event.type, arrival.event.content.message_id, arrival.event.sealed) == ("edit", "3EB0AA", True)


@pytest.mark.parametrize(
    ("key", "of", "author"),
    [
        ({"fromMe": True}, {}, (False, "628123", "9001@lid")),
        ({"fromMe": False}, {}, (True, "62800", "8000@lid")),
        ({"fromMe": True}, {"mine": True}, (True, "62800", "8000@lid")),
        ({"fromMe": False}, {"mine": True, "recipient": NUMBER}, (False, "628123", "9001@lid")),
        ({"participant": "62877000:2@s.whatsapp.net"}, {"chat": GROUP}, (False, "62877000", None)),
        ({"participant": "62800:7@s.whatsapp.net"}, {"chat": GROUP}, (True, "62800", "8000@lid")),
    ],
)
def test_what_a_reaction_and_a_vote_are_about(
    people: Acquaintances, key: dict[str, Any], of: dict[str, Any], author: tuple[bool, str, str | None]
) -> None:
    """Anybody's message, as who says it sees it: their own, ours, another member's. Their device says when."""
    about = {"remoteJID": "x@lid", "ID": "3EB0AA"} | key
    reaction = {"reactionMessage": {"key": about, "text": "!", "senderTimestampMS": "1700000000777"}}
    vote = {"pollUpdateMessage": {"pollCreationMessageKey": about, "senderTimestampMS": "1700000000777"}}
    for message in (reaction, vote):
        target = read(event(message, **of), people).target
        assert target is not None
        assert (target.id, target.said_at) == ("3EB0AA", 1_700_000_000_777)
        assert (target.from_me, target.from_number, target.from_lid) == author


def test_what_only_the_phone_is_given(people: Acquaintances) -> None:
    """It is there, by its sender and without content; what could not be decrypted comes again and is nothing yet."""
    info = event(TEXT).Info
    unavailable = neonize.UndecryptableMessage(Info=info, IsUnavailable=True, DecryptFailMode=1)
    arrival = from_whatsapp.unavailable(unavailable, 5, people)
    assert arrival is not None
    assert isinstance(arrival.event, MessageReceived)
    assert (arrival.event.id, arrival.event.type, arrival.event.content) == ("3EB0", "unavailable", Shown())
    assert arrival.event.from_number == "628123"
    broken = neonize.UndecryptableMessage(Info=info, IsUnavailable=False, DecryptFailMode=1)
    assert from_whatsapp.unavailable(broken, 5, people) is None


def receipt(kind: int, *, mine: bool = False, number: Any = NUMBER) -> Any:
    source = neonize.MessageSource(Chat=LID, Sender=LID, SenderAlt=number, IsFromMe=mine, IsGroup=False)
    return neonize.Receipt(MessageSource=source, MessageIDs=["a", "b"], Timestamp=7, Type=kind)


def test_receipts_of_the_other_side_only(people: Acquaintances) -> None:
    """Delivered, read and played count; retries and our own devices do not."""
    arrival = from_whatsapp.receipt(receipt(neonize.Receipt.READ), 1, people)
    assert arrival is not None
    found = arrival.event
    assert isinstance(found, ReceiptReceived)
    assert (found.state, found.message_ids, found.timestamp) == ("read", ("a", "b"), 7)
    assert found.chat == "628123@s.whatsapp.net"
    assert from_whatsapp.receipt(receipt(neonize.Receipt.RETRY), 1, people) is None
    assert from_whatsapp.receipt(receipt(neonize.Receipt.DELIVERED, mine=True), 1, people) is None


def test_a_receipt_by_lid_is_in_the_chat_of_the_number(people: Acquaintances) -> None:
    """WhatsApp names the LID alone in receipts."""
    stranger = from_whatsapp.receipt(receipt(neonize.Receipt.READ, number=NOBODY), 1, people)
    assert stranger is not None
    assert stranger.held
    people.learn("9001@lid", "628123")
    known = from_whatsapp.receipt(receipt(neonize.Receipt.READ, number=NOBODY), 1, people)
    assert known is not None
    assert (known.held, known.event.chat) == (False, "628123@s.whatsapp.net")  # type: ignore[union-attr]


def test_a_person_asks_for_a_message_again(people: Acquaintances) -> None:
    """A retry of a person's device; not of our own, not in a group, and no other receipt."""
    asked = from_whatsapp.resend_asked(receipt(neonize.Receipt.RETRY), 1, people)
    assert asked is not None
    assert (asked.at, asked.id, asked.chat) == (1, "a", "628123@s.whatsapp.net")
    assert from_whatsapp.resend_asked(receipt(neonize.Receipt.READ), 1, people) is None
    assert from_whatsapp.resend_asked(receipt(neonize.Receipt.RETRY, mine=True), 1, people) is None
    in_group = receipt(neonize.Receipt.RETRY)
    in_group.MessageSource.IsGroup = True
    assert from_whatsapp.resend_asked(in_group, 1, people) is None
