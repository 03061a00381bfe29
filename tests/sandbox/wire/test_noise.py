"""The Noise handshake and the certificate, against a client's side written from the specification."""

import hashlib
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from sandbox.secrets.trust_root import TrustRoot
from sandbox.wire.noise import HandshakeError, ServerHandshake, TransportCipher
from sandbox.wire.protobufs import cert, wa6

PROLOGUE = b"WA\x06\x03"


class Client:
    """The initiator of Noise_XX."""

    def __init__(self):
        self.hash = self.salt = self.key = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
        self.ephemeral, self.static = X25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.count = 0
        self.authenticate(PROLOGUE)

    def authenticate(self, data):
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix(self, private, public):
        secret = private.exchange(X25519PublicKey.from_public_bytes(public))
        self.salt, self.key = self.expand(secret)
        self.count = 0

    def expand(self, secret):
        pseudo = hmac.digest(self.salt, secret, "sha256")
        first = hmac.digest(pseudo, b"\1", "sha256")
        return first, hmac.digest(pseudo, first + b"\2", "sha256")

    def crypt(self, data, *, encrypt):
        cipher = AESGCM(self.key)
        nonce = self.count.to_bytes(12, "big")
        self.count += 1
        result = (cipher.encrypt if encrypt else cipher.decrypt)(nonce, data, self.hash)
        self.authenticate(result if encrypt else data)
        return result

    def hello(self):
        public = self.ephemeral.public_key().public_bytes_raw()
        self.authenticate(public)
        return wa6.HandshakeMessage(clientHello=wa6.HandshakeMessage.ClientHello(ephemeral=public)).SerializeToString()

    def take(self, answer):
        hello = wa6.HandshakeMessage.FromString(answer).serverHello
        self.authenticate(hello.ephemeral)
        self.mix(self.ephemeral, hello.ephemeral)
        server = self.crypt(hello.static, encrypt=False)
        self.mix(self.ephemeral, server)
        self.server_ephemeral = hello.ephemeral
        return server, self.crypt(hello.payload, encrypt=False)

    def finish(self, payload):
        static = self.crypt(self.static.public_key().public_bytes_raw(), encrypt=True)
        self.mix(self.static, self.server_ephemeral)
        return wa6.HandshakeMessage(
            clientFinish=wa6.HandshakeMessage.ClientFinish(
                static=static, payload=self.crypt(payload.SerializeToString(), encrypt=True)
            )
        ).SerializeToString()


@pytest.fixture
def trust():
    return TrustRoot.generate()


def test_a_whole_handshake(trust):
    """Both sides end with the same keys; the server knows the client's key and payload, the client the server's."""
    client, server = Client(), ServerHandshake(PROLOGUE, trust.static, b"certificate")

    static, certificate = client.take(server.answer(client.hello()))
    hello = server.finish(client.finish(wa6.ClientPayload(username=4917, device=3)))

    assert (static, certificate) == (trust.static.public, b"certificate")
    assert hello.noise_key == client.static.public_key().public_bytes_raw()
    assert (hello.payload.username, hello.payload.device) == (4917, 3)
    receive, send = server.ciphers()
    to_server, from_server = client.expand(b"")
    assert TransportCipher(to_server).encrypt(b"up") == AESGCM(to_server).encrypt(bytes(12), b"up", None)
    assert receive.decrypt(TransportCipher(to_server).encrypt(b"up")) == b"up"
    assert TransportCipher(from_server).decrypt(send.encrypt(b"down")) == b"down"


def test_another_prologue_does_not_get_through(trust):
    """What the client sent in front is part of what is authenticated."""
    client, server = Client(), ServerHandshake(b"WA\x06\x02", trust.static, b"certificate")
    hello = wa6.HandshakeMessage.FromString(server.answer(client.hello())).serverHello
    client.authenticate(hello.ephemeral)
    client.mix(client.ephemeral, hello.ephemeral)
    with pytest.raises(InvalidTag):
        client.crypt(hello.static, encrypt=False)


@pytest.mark.parametrize("message", [b"\xff", b"", b"nonsense"])
def test_nonsense_is_refused(trust, message):
    """Neither message of the client may be anything."""
    with pytest.raises(HandshakeError):
        ServerHandshake(PROLOGUE, trust.static, b"").answer(message)


def test_a_changed_finish_is_refused(trust):
    """The client's payload cannot be changed on the way."""
    client, server = Client(), ServerHandshake(PROLOGUE, trust.static, b"certificate")
    client.take(server.answer(client.hello()))
    finish = wa6.HandshakeMessage.FromString(client.finish(wa6.ClientPayload(username=1)))
    finish.clientFinish.payload = finish.clientFinish.payload[:-1] + b"\0"
    with pytest.raises(HandshakeError):
        server.finish(finish.SerializeToString())


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20))
def test_frames_decrypt_in_order_only(frames):
    """Each frame decrypts once, in its turn."""
    send, receive = TransportCipher(b"k" * 32), TransportCipher(b"k" * 32)
    sent = [send.encrypt(frame) for frame in frames]
    assert [receive.decrypt(frame) for frame in sent] == frames
    with pytest.raises(HandshakeError):
        receive.decrypt(sent[0])


def test_the_certificate_links_the_server_to_the_root(trust, verify):
    """Root signs intermediate, intermediate signs leaf, leaf holds the server's key; serials and times fit."""
    chain = cert.CertChain.FromString(trust.certificate(now=1_800_000_000))
    details = cert.CertChain.NoiseCertificate.Details
    intermediate, leaf = details.FromString(chain.intermediate.details), details.FromString(chain.leaf.details)

    verify(trust.root.public, chain.intermediate.details, chain.intermediate.signature)
    verify(intermediate.key, chain.leaf.details, chain.leaf.signature)
    assert intermediate.issuerSerial == 0
    assert leaf.issuerSerial == intermediate.serial
    assert leaf.key == trust.static.public
    assert all(item.notBefore < 1_800_000_000 < item.notAfter for item in (intermediate, leaf))
