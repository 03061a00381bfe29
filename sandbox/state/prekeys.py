"""Public keys that others encrypt for a device with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PreKey:
    """A public key with its 3-byte id; `signature` (64 bytes) only on a signed one."""

    id: bytes
    public: bytes
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a sender needs to start an encrypted session with a device; `one_time` is None when none is left."""

    registration: bytes
    identity: bytes
    signed: PreKey
    one_time: PreKey | None
