"""What is kept of a message that is larger than a store takes."""

from typing import Any

from google.protobuf.json_format import ParseDict
from hypothesis import given, settings
from hypothesis import strategies as st

from session_host.whatsapp.content.raw import kept
from session_host.whatsapp.content.reading import read
from session_host.whatsapp.content.size import MOST_RAW, MOST_SHOWN, small
from session_host.whatsapp.library.neonize_client import E2eMessage


def test_a_text_as_long_as_whatsapp_allows_is_whole() -> None:
    """65,536 characters, of four bytes each; only its protobuf is too large to be kept beside it."""
    text = "\U0001f44b" * 65_536
    message = E2eMessage(conversation=text)
    reading = read(message)
    assert reading is not None
    shown = small(reading.shown, message.ByteSize())
    assert (shown.message, shown.truncated, kept(message)) == (text, True, None)


def test_an_ordinary_message_is_not_looked_at_twice() -> None:
    """Nothing is cut, and nothing said of it."""
    message = E2eMessage(conversation="hello" * 1000)
    reading = read(message)
    assert reading is not None
    assert small(reading.shown, message.ByteSize()) is reading.shown
    assert kept(message) == message.SerializeToString()


def contacts(count: int, length: int) -> dict[str, Any]:
    return {"contactsArrayMessage": {"contacts": [{"vcard": "v" * length}] * count}}


def mentions(count: int) -> dict[str, Any]:
    info = {"mentionedJID": ["62812345678901@s.whatsapp.net"] * count}
    return {"extendedTextMessage": {"text": "x", "contextInfo": info}}


def sections(count: int) -> dict[str, Any]:
    return {"listMessage": {"sections": [{"rows": [{}, {}, {}]}] * count}}


def text(size: int) -> dict[str, Any]:
    return {"conversation": "\x01" * size}


@given(
    st.one_of(
        st.builds(text, st.integers(0, 400_000)),
        st.builds(contacts, st.integers(0, 15_000), st.integers(0, 20)),
        st.builds(mentions, st.integers(0, 8_000)),
        st.builds(sections, st.integers(0, 15_000)),
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_arrives_is_small_enough_to_be_kept(fields: dict[str, Any]) -> None:
    """Texts, lists and names as long as their sender likes: what is shown and the protobuf each keep their bound."""
    message = ParseDict(fields, E2eMessage())
    reading = read(message)
    if reading is None:  # nothing at all was said
        return
    shown = small(reading.shown, message.ByteSize())
    raw = kept(message)
    assert len(shown.model_dump_json().encode()) <= MOST_SHOWN
    assert raw is None or len(raw) <= MOST_RAW
    assert shown.truncated or (shown == reading.shown and raw is not None)
