"""A phone's Signal session with one device: begun by the phone, and carried on by either side."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from sandbox.signal.fields import Fields, FieldsError, encoded
from sandbox.signal.ratchet import Chain, Ratchet, RatchetError, turned
from sandbox.state.prekeys import Bundle
from sandbox.wire.xeddsa import IdentityKey

_VERSION: Final = b"\x33"
_TYPE: Final = b"\x05"  # Curve25519, in front of a public key
_MAC: Final = 8
_ZEROS: Final = bytes(32)
_BLOCK_BITS: Final = 128


class SessionError(ValueError):
    """A message that this session does not open."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """What every message carries until the other side has answered."""

    base: bytes
    registration: int
    signed: int
    one_time: int | None


class Session:
    """What phone and device share."""

    def __init__(self, ours: IdentityKey, theirs: bytes, ratchet: Ratchet, opening: _Opening | None) -> None:
        self._ours = ours
        self._theirs = theirs
        self._ratchet = ratchet
        self._opening = opening

    @classmethod
    def begin(cls, ours: IdentityKey, registration: int, bundle: Bundle) -> Session:
        """Return a new session with whom these keys are of (X3DH). `registration`: the phone's own number."""
        base, turn = X25519PrivateKey.generate(), X25519PrivateKey.generate()
        theirs, signed, one_time = bundle.identity, bundle.signed, bundle.one_time
        agreed = [b"\xff" * 32, ours.exchange(signed.public)]
        others = [theirs, signed.public, *((one_time.public,) if one_time else ())]
        agreed += [base.exchange(X25519PublicKey.from_public_bytes(public)) for public in others]
        root = HKDF(SHA256(), 64, _ZEROS, b"WhisperText").derive(b"".join(agreed))[:32]
        own = turn.private_bytes_raw()
        root, key = turned(root, own, signed.public)
        opening = _Opening(
            base.public_key().public_bytes_raw(),
            registration,
            int.from_bytes(signed.id, "big"),
            int.from_bytes(one_time.id, "big") if one_time else None,
        )
        return cls(ours, theirs, Ratchet(root, own, key), opening)

    def encrypt(self, plaintext: bytes) -> tuple[Literal["pkmsg", "msg"], bytes]:
        """Return the next message, and its type on the wire."""
        index, seed = self._ratchet.next_seed()
        cipher, mac, iv = _keys(seed)
        padder = PKCS7(_BLOCK_BITS).padder()
        padded = padder.update(plaintext) + padder.finalize()
        encryptor = Cipher(algorithms.AES(cipher), modes.CBC(iv)).encryptor()
        body = encryptor.update(padded) + encryptor.finalize()
        counts = ((2, index), (3, self._ratchet.sent_before))
        message = _VERSION + encoded(((1, _TYPE + self._ratchet.public), *counts, (4, body)))
        message += _mac(mac, self._ours.public, self._theirs, message)
        opening = self._opening
        if opening is None:
            return "msg", message
        one_time = () if opening.one_time is None else ((1, opening.one_time),)
        begun = ((2, _TYPE + opening.base), (3, _TYPE + self._ours.public), (4, message))
        return "pkmsg", _VERSION + encoded((*one_time, *begun, (5, opening.registration), (6, opening.signed)))

    def decrypt(self, message: bytes) -> bytes:
        """Return what is in a `msg` of the other side's.

        Raises:
            SessionError: It is of another session, came before, or was changed on the way.
        """
        kept = self.to_json()
        try:
            plaintext = self._decrypt(message)
        except (FieldsError, RatchetError, ValueError) as error:
            self._restore(json.loads(kept))
            raise SessionError(str(error)) from error
        self._opening = None
        return plaintext

    def _decrypt(self, message: bytes) -> bytes:
        fields = Fields(message[1:-_MAC])
        ratchet = fields.bytes(1).removeprefix(_TYPE)
        cipher, mac, iv = _keys(self._ratchet.seed(ratchet, fields.number(2)))
        right = _mac(mac, self._theirs, self._ours.public, message[:-_MAC])
        if not hmac.compare_digest(right, message[-_MAC:]):
            raise SessionError("the message was changed on the way")
        decryptor = Cipher(algorithms.AES(cipher), modes.CBC(iv)).decryptor()
        padded = decryptor.update(fields.bytes(4)) + decryptor.finalize()
        unpadder = PKCS7(_BLOCK_BITS).unpadder()
        return unpadder.update(padded) + unpadder.finalize()

    def to_json(self) -> str:
        """Return the session as it is kept: with its keys."""
        state = {
            "theirs": self._theirs,
            "ratchet": asdict(self._ratchet),
            "opening": asdict(self._opening) if self._opening else None,
        }
        return json.dumps(state, default=bytes.hex)

    @classmethod
    def from_json(cls, ours: IdentityKey, text: str) -> Session:
        """Return a session that was kept."""
        state = json.loads(text)
        session = cls(ours, bytes.fromhex(state["theirs"]), Ratchet(b"", b"", b""), None)
        session._restore(state)
        return session

    def _restore(self, state: dict[str, Any]) -> None:
        ratchet, opening = state["ratchet"], state["opening"]
        chains = [
            Chain(
                bytes.fromhex(chain["ratchet"]),
                bytes.fromhex(chain["key"]),
                chain["index"],
                {int(index): bytes.fromhex(seed) for index, seed in chain["skipped"].items()},
            )
            for chain in ratchet.pop("chains")
        ]
        keys = {name: bytes.fromhex(ratchet.pop(name)) for name in ("root", "own", "key")}
        self._ratchet = Ratchet(**keys, **ratchet, chains=chains)
        self._opening = _Opening(bytes.fromhex(opening.pop("base")), **opening) if opening else None


def _keys(seed: bytes) -> tuple[bytes, bytes, bytes]:
    keys = HKDF(SHA256(), 80, _ZEROS, b"WhisperMessageKeys").derive(seed)
    return keys[:32], keys[32:64], keys[64:]


def _mac(key: bytes, sender: bytes, receiver: bytes, message: bytes) -> bytes:
    return hmac.digest(key, _TYPE + sender + _TYPE + receiver + message, hashlib.sha256)[:_MAC]
