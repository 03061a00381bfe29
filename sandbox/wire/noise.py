"""Noise_XX_25519_AESGCM_SHA256, the server's side, and the cipher that carries the stanzas after it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import DecodeError

from sandbox.wire.protobufs import wa6
from sandbox.wire.xeddsa import IdentityKey

_NAME: Final = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
_NONCE_SIZE: Final = 12  # eight zero bytes and a 32-bit counter, which is one big-endian number


class HandshakeError(ValueError):
    """The client's side of the handshake makes no sense, or its keys don't fit."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What the client said of itself: the key it proved to hold, and who it wants to be."""

    noise_key: bytes
    payload: wa6.ClientPayload


class TransportCipher:
    """AES-GCM in one direction, a counter as nonce, no associated data."""

    __slots__ = ("_cipher", "_counter")

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._counter = 0

    def encrypt(self, plaintext: bytes) -> bytes:
        """Return the next frame of this direction."""
        nonce = self._counter.to_bytes(_NONCE_SIZE, "big")
        self._counter += 1
        return self._cipher.encrypt(nonce, plaintext, None)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return the plaintext of the next frame of this direction.

        Raises:
            HandshakeError: It was changed on the way, or is out of order.
        """
        nonce = self._counter.to_bytes(_NONCE_SIZE, "big")
        self._counter += 1
        try:
            return self._cipher.decrypt(nonce, ciphertext, None)
        except InvalidTag as error:
            raise HandshakeError("a frame does not decrypt") from error


class ServerHandshake:
    """One handshake: give it the client's two messages in turn, then take the ciphers."""

    def __init__(self, header: bytes, static: IdentityKey, certificate: bytes) -> None:
        self._static = static
        self._certificate = certificate
        self._ephemeral = X25519PrivateKey.generate()
        self._hash = self._salt = self._key = _NAME
        self._counter = 0
        self._authenticate(header)

    def answer(self, message: bytes) -> bytes:
        """Take the client's hello, return the server's.

        Raises:
            HandshakeError: It is none.
        """
        client = _parse(message).clientHello.ephemeral
        self._authenticate(client)
        ephemeral = self._ephemeral.public_key().public_bytes_raw()
        self._authenticate(ephemeral)
        self._mix(self._exchange(client))
        static = self._encrypt(self._static.public)
        self._mix(self._static.exchange(client))
        hello = wa6.HandshakeMessage.ServerHello(
            ephemeral=ephemeral, static=static, payload=self._encrypt(self._certificate)
        )
        return wa6.HandshakeMessage(serverHello=hello).SerializeToString()

    def finish(self, message: bytes) -> ClientHello:
        """Take the client's last message, return who it is.

        Raises:
            HandshakeError: It doesn't decrypt or doesn't parse.
        """
        finish = _parse(message).clientFinish
        try:
            noise_key = self._decrypt(finish.static)
            self._mix(self._exchange(noise_key))
            payload = wa6.ClientPayload.FromString(self._decrypt(finish.payload))
        except (InvalidTag, DecodeError) as error:
            raise HandshakeError("the client's finish does not decrypt") from error
        return ClientHello(noise_key, payload)

    def ciphers(self) -> tuple[TransportCipher, TransportCipher]:
        """Return the ciphers of what the client sends and of what the server sends."""
        receive, send = _expand(b"", self._salt)
        return TransportCipher(receive), TransportCipher(send)

    def _exchange(self, public: bytes) -> bytes:
        try:
            return self._ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise HandshakeError("the client's key is no Curve25519 key") from error

    def _authenticate(self, data: bytes) -> None:
        self._hash = hashlib.sha256(self._hash + data).digest()

    def _mix(self, secret: bytes) -> None:
        self._salt, self._key = _expand(secret, self._salt)
        self._counter = 0

    def _encrypt(self, plaintext: bytes) -> bytes:
        nonce = self._counter.to_bytes(_NONCE_SIZE, "big")
        self._counter += 1
        ciphertext = AESGCM(self._key).encrypt(nonce, plaintext, self._hash)
        self._authenticate(ciphertext)
        return ciphertext

    def _decrypt(self, ciphertext: bytes) -> bytes:
        nonce = self._counter.to_bytes(_NONCE_SIZE, "big")
        self._counter += 1
        plaintext = AESGCM(self._key).decrypt(nonce, ciphertext, self._hash)
        self._authenticate(ciphertext)
        return plaintext


def _expand(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    output = HKDF(hashes.SHA256(), 64, salt, b"").derive(secret)
    return output[:32], output[32:]


def _parse(message: bytes) -> wa6.HandshakeMessage:
    try:
        return wa6.HandshakeMessage.FromString(message)
    except DecodeError as error:
        raise HandshakeError("a handshake message does not parse") from error
