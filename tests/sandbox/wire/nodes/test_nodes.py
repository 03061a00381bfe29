"""The binary encoding of stanzas: what is written can be read, and every kind of value can be read."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wire.nodes import SERVER, Jid, Node, NodeError, decode, encode
from sandbox.wire.nodes.tokens import DOUBLE, SINGLE

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
USERS = st.text("0123456789", min_size=1, max_size=20)
SMALL = st.integers(0, 255)
WIDE = st.integers(0, 65535)
NONE = st.just(0)
JIDS = st.one_of(
    st.builds(Jid, USERS, st.sampled_from(["s.whatsapp.net", "lid", "hosted", "hosted.lid"]), SMALL, NONE),
    st.builds(Jid, USERS, st.sampled_from(["g.us", "broadcast", "s.whatsapp.net", "newsletter"]), NONE, NONE),
    st.just(SERVER),
    st.builds(Jid, USERS, st.just("msgr"), WIDE, NONE),
    st.builds(Jid, USERS, st.just("interop"), WIDE, WIDE),
)
TAGS = st.one_of(TEXT, st.sampled_from(SINGLE[1:]), st.sampled_from(DOUBLE[2]))
ATTRIBUTES = st.dictionaries(TAGS, st.one_of(TAGS, JIDS), max_size=5)
LEAVES = st.builds(Node, TAGS, ATTRIBUTES, st.one_of(st.none(), st.binary(max_size=300), st.sampled_from(SINGLE[1:])))
NODES = st.recursive(LEAVES, lambda inner: st.builds(Node, TAGS, ATTRIBUTES, st.lists(inner, min_size=1, max_size=4)))


@given(NODES)
def test_what_is_encoded_decodes(node):
    """Any node comes back as it was."""
    assert decode(encode(node)) == node


@given(NODES)
def test_compressed_frames_decode(node):
    """Flag 2 means that the rest is zlib."""
    assert decode(b"\2" + zlib.compress(encode(node)[1:])) == node


@pytest.mark.parametrize("size", [0, 255, 256, (1 << 20) - 1, 1 << 20])
def test_bytes_of_every_length(size):
    """The three length forms (u8, u20, u32) meet without a gap."""
    node = Node("enc", {}, b"x" * size)
    assert decode(encode(node)) == node


@pytest.mark.parametrize("size", [1, 255, 256, 300])
def test_lists_of_every_length(size):
    """The two list forms (u8, u16) meet without a gap."""
    node = Node("list", {}, [Node("item")] * size)
    assert decode(encode(node)) == node


@given(st.text("0123456789-.", min_size=1, max_size=254))
def test_packed_digits(text):
    """Clients pack digits, dashes and dots two to a byte (255)."""
    assert decode(_attribute(255, _pack(text, "0123456789-."))).attrs == {"id": text}


@given(st.text("0123456789ABCDEF", min_size=1, max_size=254))
def test_packed_hex(text):
    """Clients pack upper-case hex two to a byte (251): message ids."""
    assert decode(_attribute(251, _pack(text, "0123456789ABCDEF"))).attrs == {"id": text}


@given(st.binary(max_size=200))
def test_garbage_is_refused(data):
    """Bytes that are no node raise NodeError, nothing else."""
    try:
        decode(data)
    except NodeError:
        return


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\0",
        b"\0\0",
        b"\0\xf8\x03\x19\x04",  # an attribute without a value
        b"\0\xf8\x01\x19\x00",  # something behind the node
        b"\0\xf8\x01\xf4",  # a tag that does not exist
        b"\0\xf8\x03\x19\x04\xf7\x05\x00\xfc\x011",  # a domain of addresses that does not exist
        b"\0\xf8\x03\x19\x04\xff\x01\xcc",  # packed values that stand for nothing
        b"\0\xf8\x02\x19\xfc\xff",  # bytes that are not there
        b"\2" + zlib.compress(b"\xf8\x01\x19")[:-4],  # compression cut short
        b"\0" + b"\xf8\x02\x19\xf8\x01" * 2000,  # nested too deep
    ],
)
def test_broken_frames(frame):
    """Each way a frame can be broken is noticed."""
    with pytest.raises(NodeError):
        decode(frame)


def test_empty_attributes_are_left_out():
    """An attribute that is empty text is not sent: clients would read it as missing or fail."""
    assert decode(encode(Node("iq", {"type": "", "id": "1"}))).attrs == {"id": "1"}


def test_the_server_is_an_address_without_user():
    """Clients compare the sender of server stanzas with exactly this."""
    assert encode(Node("iq", {"from": SERVER})) == b"\0\xf8\x03\x19\x06\xfa\0\x03"


def test_what_is_missing_is_said():
    """Accessors name the node and what it lacks."""
    node = Node("iq", {"to": Jid("1")}, [Node("id", {}, b"123")])
    assert node.bytes("id", 3) == b"123"
    for missing in (
        lambda: node.text("to"),
        lambda: node.jid("id"),
        lambda: node.need("list"),
        lambda: node.bytes("id", 4),
    ):
        with pytest.raises(NodeError, match=r"<i[qd]>"):
            missing()


def _attribute(tag, packed):
    return b"\0\xf8\x03\x19\x08" + bytes((tag,)) + packed


def _pack(text, alphabet):
    values = [alphabet.index(letter) for letter in text]
    odd = len(values) % 2
    if odd:
        values.append(15)
    pairs = bytes(high << 4 | low for high, low in zip(values[::2], values[1::2], strict=True))
    return bytes((len(pairs) | odd << 7,)) + pairs
