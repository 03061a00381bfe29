"""What a phone gives a companion to show that it belongs to it (ADV), and the check of a companion's answer."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sandbox.state.accounts import Account
from sandbox.wire.protobufs import adv

_ACCOUNT_SIGNATURE: Final = b"\x06\x00"

Tampering: TypeAlias = Literal["", "hmac", "signature"]


@dataclass(frozen=True, slots=True)
class Companion:
    """A client that wants to be linked, as its QR code or its half of the code exchange tells."""

    noise_key: bytes
    identity: bytes
    adv_secret: bytes


def signed_identity(account: Account, companion: Companion, key_index: int, tampering: Tampering = "") -> bytes:
    """Return the identity that `account` signs for `companion`, authenticated by the secret only they share.

    `tampering` makes one of the two checks fail that clients answer with an error.
    """
    details = adv.ADVDeviceIdentity(
        rawID=account.raw_id, timestamp=int(time.time()), keyIndex=key_index
    ).SerializeToString()
    signature = account.identity.sign(_ACCOUNT_SIGNATURE + details + companion.identity)
    if tampering == "signature":
        signature = bytes((signature[0] ^ 1,)) + signature[1:]
    inner = adv.ADVSignedDeviceIdentity(
        details=details, accountSignatureKey=account.identity.public, accountSignature=signature
    ).SerializeToString()
    secret = b"" if tampering == "hmac" else companion.adv_secret
    mac = hmac.new(secret, inner, hashlib.sha256).digest()
    return adv.ADVSignedDeviceIdentityHMAC(details=inner, HMAC=mac).SerializeToString()
