from typing import Any

from neonize.proto import Neonize_pb2 as neonize
from neonize.proto.waE2E import WAWebProtobufsE2E_pb2 as e2e

from session_host.whatsapp import from_whatsapp

LID = neonize.JID(User="9001", Server="lid", RawAgent=0, Device=3, Integrator=0, IsEmpty=False)
NUMBER = neonize.JID(User="628123", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
GROUP = neonize.JID(User="12036", Server="g.us", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
NOBODY = neonize.JID(User="", Server="", RawAgent=0, Device=0, Integrator=0, IsEmpty=True)


def event(message: Any, *, chat: Any = LID, mine: bool = False, recipient: Any = NOBODY) -> Any:
    source = neonize.MessageSource(
        Chat=chat, Sender=LID, SenderAlt=NUMBER, RecipientAlt=recipient, IsFromMe=mine, IsGroup=chat is GROUP
    )
    info = neonize.MessageInfo(MessageSource=source, ID="3EB0", Timestamp=1_700_000_000_123, Pushname="Ana")
    return neonize.Message(Info=info, Message=message)


def test_text_with_both_addresses_and_seconds() -> None:
    """Milliseconds of the library become seconds; the chat is named by its number."""
    found = from_whatsapp.message(event(e2e.Message(conversation="hello")), 5)
    assert found is not None
    assert (found.at, found.timestamp, found.type, found.text) == (5, 1_700_000_000, "text", "hello")
    assert (found.from_number, found.from_lid, found.chat) == ("628123", "9001", "628123@s.whatsapp.net")
    assert found.push_name == "Ana"


def test_text_with_a_link_preview() -> None:
    """The other form of text."""
    found = from_whatsapp.message(event(e2e.Message(extendedTextMessage=e2e.ExtendedTextMessage(text="x"))), 0)
    assert found is not None
    assert (found.type, found.text) == ("text", "x")


def test_a_picture_has_its_caption_and_what_it_is_but_no_bytes() -> None:
    """Media are described."""
    image = e2e.ImageMessage(
        caption="look", mimetype="image/jpeg", fileLength=12, width=3, JPEGThumbnail=b"12", mediaKey=b"k"
    )
    found = from_whatsapp.message(event(e2e.Message(imageMessage=image)), 0)
    assert found is not None
    assert (found.type, found.text) == ("image", "look")
    assert found.media == {"mimetype": "image/jpeg", "size": 12, "width": 3}


def test_a_wrapped_message_is_unwrapped() -> None:
    """Disappearing and view-once messages show what is in them."""
    inner = e2e.FutureProofMessage(message=e2e.Message(conversation="x"))
    found = from_whatsapp.message(event(e2e.Message(ephemeralMessage=inner)), 0)
    assert found is not None
    assert (found.type, found.text) == ("text", "x")


def test_keys_and_requests_between_devices_are_no_messages() -> None:
    """Nothing a person wrote."""
    keys = e2e.Message(senderKeyDistributionMessage=e2e.SenderKeyDistributionMessage(groupID="x"))
    protocol = e2e.Message(protocolMessage=e2e.ProtocolMessage(type=e2e.ProtocolMessage.APP_STATE_SYNC_KEY_SHARE))
    assert from_whatsapp.message(event(keys), 0) is None
    assert from_whatsapp.message(event(protocol), 0) is None


def test_other_kinds_have_a_readable_name() -> None:
    """The protobuf's name without its noise."""
    found = from_whatsapp.message(event(e2e.Message(reactionMessage=e2e.ReactionMessage(text="+1"))), 0)
    assert found is not None
    assert (found.type, found.text) == ("reaction", "+1")
    poll = e2e.Message(pollCreationMessageV3=e2e.PollCreationMessage(name="Lunch?"))
    found = from_whatsapp.message(event(poll), 0)
    assert found is not None
    assert (found.type, found.text) == ("poll_creation", "Lunch?")


def test_what_the_phone_sent_is_in_the_chat_of_the_recipient() -> None:
    """A copy of a message from another device of the number."""
    other = neonize.JID(User="4915", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)
    found = from_whatsapp.message(event(e2e.Message(conversation="x"), mine=True, recipient=other), 0)
    assert found is not None
    assert found.from_me
    assert found.chat == "4915@s.whatsapp.net"


def test_a_group_is_its_own_chat() -> None:
    """The sender is a person, the chat the group."""
    found = from_whatsapp.message(event(e2e.Message(conversation="x"), chat=GROUP), 0)
    assert found is not None
    assert (found.chat, found.from_number) == ("12036@g.us", "628123")


def test_receipts_of_the_other_side_only() -> None:
    """Delivered, read and played count; retries and our own devices do not."""

    def receipt(kind: int, *, mine: bool = False) -> Any:
        source = neonize.MessageSource(Chat=LID, Sender=LID, SenderAlt=NUMBER, IsFromMe=mine, IsGroup=False)
        return neonize.Receipt(MessageSource=source, MessageIDs=["a", "b"], Timestamp=7, Type=kind)

    found = from_whatsapp.receipt(receipt(neonize.Receipt.READ), 1)
    assert found is not None
    assert (found.state, found.message_ids, found.timestamp) == ("read", ("a", "b"), 7)
    assert from_whatsapp.receipt(receipt(neonize.Receipt.RETRY), 1) is None
    assert from_whatsapp.receipt(receipt(neonize.Receipt.DELIVERED, mine=True), 1) is None
