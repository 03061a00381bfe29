"""A device asks its phone for a file that is gone: what it is answered, and that nobody else hears of it.

neonize can neither ask nor see the answer; tests/sandbox/baileys has a client that does both.
"""

import os
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sandbox.app import build_network
from sandbox.media.phone_copies import PhoneCopy
from sandbox.settings import Settings
from sandbox.stanzas import receipt
from sandbox.state.accounts import Device
from sandbox.state.prekeys import PreKey
from sandbox.state.storage import Store
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.protobufs import mms_retry

NUMBER = "491700000001"
MESSAGE = "3EB0C0FFEE"
KEY = os.urandom(32)


class Line:
    """A connection that keeps what is sent to it."""

    def __init__(self, address):
        self.address = address
        self.sent = []

    def post(self, node):
        self.sent.append(node)


@pytest.fixture
def network(tmp_path):
    made = build_network(Settings(), Store(), tmp_path / "media")
    account = made.directory.add(NUMBER)
    for device in (1, 2):
        signed = PreKey(b"\0\0\1", b"p" * 32)
        made.directory.link(account, Device(NUMBER, device, b"n" * 32, b"i" * 32, b"regi", signed))
    return made


@pytest.fixture
def expired(network):
    """A file that is gone from the servers."""
    upload = network.media.begin_upload(100)
    upload.write(b"c" * 26)
    upload.close()
    file = network.media.keep(upload, "image", (NUMBER, 1))
    network.media.expire(file)
    return file


def cipher(key):
    return AESGCM(HKDF(SHA256(), 32, None, b"WhatsApp Media Retry Notification").derive(key))


@pytest.fixture
def ask(network):
    """Ask as device 1 does, and return what it is told; device 2 listens and hears nothing."""
    account = network.directory.find(NUMBER)
    asking, other = Line((NUMBER, 1)), Line((NUMBER, 2))
    for line in (asking, other):
        network.delivery.activate(line)
        line.sent.clear()
    connection = SimpleNamespace(address=asking.address, account=account, post=asking.post)

    def do(key=KEY):
        iv = os.urandom(12)
        question = mms_retry.ServerErrorReceipt(stanzaID=MESSAGE).SerializeToString()
        encrypted = cipher(key).encrypt(iv, question, MESSAGE.encode())
        content = [
            Node("encrypt", {}, [Node("enc_p", {}, encrypted), Node("enc_iv", {}, iv)]),
            Node("rmr", {"jid": Jid("9", "lid"), "from_me": "false"}),
        ]
        attrs = {"id": MESSAGE, "to": account.pn_jid(), "type": "server-error"}
        receipt.handle(network, connection, Node("receipt", attrs, content))
        assert other.sent == []
        ack, notification = asking.sent
        assert (ack.tag, ack.attrs["class"], ack.attrs["type"]) == ("ack", "receipt", "server-error")
        assert (notification.attrs["type"], notification.attrs["id"]) == ("mediaretry", MESSAGE)
        assert notification.need("rmr").attrs["jid"] == Jid("9", "lid")
        return notification

    return do


def test_a_phone_that_has_the_file_uploads_it_again(network, ask, expired):
    """The answer, encrypted with the file's key, has a path that is good; the file is there again."""
    network.phone_copies.add(MESSAGE, PhoneCopy(KEY, expired.token))
    sealed = ask().need("encrypt")
    plain = cipher(KEY).decrypt(sealed.bytes("enc_iv"), sealed.bytes("enc_p"), MESSAGE.encode())
    told = mms_retry.MediaRetryNotification.FromString(plain)
    assert (told.stanzaID, told.result) == (MESSAGE, mms_retry.MediaRetryNotification.SUCCESS)
    assert told.directPath.startswith(f"/v/t62.7118-24/{expired.token}?")
    assert not network.media.find(expired.token).is_expired


def test_a_phone_that_has_not_got_it_says_so(ask, expired):
    """Code 2, and the file stays gone."""
    assert ask().need("error").attrs["code"] == "2"
    assert expired.is_expired


def test_a_question_under_another_key_is_not_answered(network, ask, expired):
    """A client that encrypts wrongly gets no file."""
    network.phone_copies.add(MESSAGE, PhoneCopy(KEY, expired.token))
    assert ask(key=b"w" * 32).need("error").attrs["code"] == "2"
    assert expired.is_expired
