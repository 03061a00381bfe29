"""A phone's Signal session: what real clients (tests/sandbox/phones) cannot show of it."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sandbox.signal.fields import Fields, FieldsError, encoded
from sandbox.signal.ratchet import Ratchet, RatchetError, turned
from sandbox.signal.session import Session, SessionError
from sandbox.state.prekeys import Bundle, PreKey
from sandbox.wire.xeddsa import IdentityKey


def talk() -> tuple[Ratchet, Ratchet]:
    """Two ends of a talk: one that has begun, one that has heard of it."""
    root, theirs = os.urandom(32), X25519PrivateKey.generate()
    own = X25519PrivateKey.generate().private_bytes_raw()
    next_root, key = turned(root, own, theirs.public_key().public_bytes_raw())
    return Ratchet(next_root, own, key), Ratchet(root, theirs.private_bytes_raw(), bytes(32))


def test_messages_in_any_order_and_in_turns():
    """Both ends make the same keys, whichever message comes first, over several turns."""
    anna, ben = talk()
    for _ in range(3):
        for writer, reader in ((anna, ben), (ben, anna)):
            sent = [(writer.public, *writer.next_seed()) for _ in range(4)]
            for ratchet, index, seed in (sent[2], sent[0], sent[3], sent[1]):
                assert reader.seed(ratchet, index) == seed


def test_a_message_opens_once():
    """What came before, and what is too far ahead, is refused."""
    anna, ben = talk()
    index, _ = anna.next_seed()
    ben.seed(anna.public, index)
    with pytest.raises(RatchetError, match="before"):
        ben.seed(anna.public, index)
    with pytest.raises(RatchetError, match="ahead"):
        ben.seed(anna.public, 5000)


def test_what_does_not_open_changes_nothing():
    """A session that was given rubbish goes on as it was."""
    key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    bundle = Bundle(b"\0\0\0\1", IdentityKey().public, PreKey(b"\0\0\1", key, bytes(64)), None)
    session = Session.begin(IdentityKey(), 1, bundle)
    before = session.to_json()
    rubbish = b"\x33" + encoded(((1, b"\x05" + key), (2, 0), (3, 0), (4, bytes(16)))) + bytes(8)
    for message in (b"", b"\x33", rubbish):
        with pytest.raises(SessionError):
            session.decrypt(message)
    assert session.to_json() == before


def test_a_session_is_the_same_after_it_was_kept():
    """It is written as text, and goes on from there."""
    ours, key = IdentityKey(), X25519PrivateKey.generate().public_key().public_bytes_raw()
    bundle = Bundle(b"\0\0\0\1", IdentityKey().public, PreKey(b"\0\0\1", key, bytes(64)), PreKey(b"\0\0\2", key))
    session = Session.begin(ours, 1, bundle)
    session.encrypt(b"one")
    again = Session.from_json(ours, session.to_json())
    assert again.encrypt(b"two") == session.encrypt(b"two")


def test_fields():
    """Numbers and bytes come back; what ends too soon is refused."""
    fields = Fields(encoded(((1, 300), (2, b"abc"))))
    assert (fields.number(1), fields.bytes(2), fields.number(3)) == (300, b"abc", 0)
    for data in (b"\x08", b"\x12\x05ab", b"\x0d\0\0\0\0"):
        with pytest.raises(FieldsError):
            Fields(data)
