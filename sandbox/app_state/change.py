"""One change of a setting: in the clear, and as the server carries it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from google.protobuf.message import DecodeError

from sandbox.app_state.keys import Keys
from sandbox.wire.protobufs import server_sync, sync_action

_IV: Final = 16
MAC: Final = 32
_BLOCK_BITS: Final = 128
_SET: Final = server_sync.SyncdMutation.SET
_REMOVE: Final = server_sync.SyncdMutation.REMOVE


class ChangeError(ValueError):
    """A change that does not open, or is not what it says it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of one thing. `index` names it; `version`: of the form of `value`; `is_removed`: it is no more."""

    index: tuple[str, ...]
    value: sync_action.SyncActionValue
    version: int
    is_removed: bool = False


def sealed(change: Change, keys: Keys) -> server_sync.SyncdMutation:
    """Return a change as the server carries it."""
    index = json.dumps(change.index, separators=(",", ":"), ensure_ascii=False).encode()
    value = sync_action.SyncActionValue()
    value.CopyFrom(change.value)
    value.timestamp = value.timestamp or int(time.time() * 1000)
    data = sync_action.SyncActionData(index=index, value=value, padding=b"", version=change.version)
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(data.SerializeToString()) + padder.finalize()
    iv = os.urandom(_IV)
    encryptor = Cipher(algorithms.AES(keys.value), modes.CBC(iv)).encryptor()
    ciphertext = iv + encryptor.update(padded) + encryptor.finalize()
    operation = _REMOVE if change.is_removed else _SET
    record = server_sync.SyncdRecord(
        index=server_sync.SyncdIndex(blob=keys.mac_of_index(index)),
        value=server_sync.SyncdValue(blob=ciphertext + _value_mac(keys, operation, ciphertext)),
        keyID=server_sync.KeyId(ID=keys.id),
    )
    return server_sync.SyncdMutation(operation=operation, record=record)


def opened(mutation: server_sync.SyncdMutation, keys: Keys) -> Change:
    """Return what a change says.

    Raises:
        ChangeError: It is under another key, or was changed, or makes no sense.
    """
    record = mutation.record
    ciphertext, mac = record.value.blob[:-MAC], record.value.blob[-MAC:]
    if keys.id != record.keyID.ID:
        raise ChangeError("it is under another key")
    if not hmac.compare_digest(mac, _value_mac(keys, mutation.operation, ciphertext)):
        raise ChangeError("its value is not authentic")
    try:
        decryptor = Cipher(algorithms.AES(keys.value), modes.CBC(ciphertext[:_IV])).decryptor()
        padded = decryptor.update(ciphertext[_IV:]) + decryptor.finalize()
        unpadder = PKCS7(_BLOCK_BITS).unpadder()
        data = sync_action.SyncActionData.FromString(unpadder.update(padded) + unpadder.finalize())
        index = json.loads(data.index)
    except (ValueError, DecodeError) as error:
        raise ChangeError("it makes no sense") from error
    if record.index.blob != keys.mac_of_index(data.index):
        raise ChangeError("its index is not authentic")
    if not index or not all(isinstance(part, str) for part in index):  # whatsmeow's process ends over an empty one
        raise ChangeError("its index is no list of words")
    return Change(tuple(index), data.value, data.version, is_removed=mutation.operation == _REMOVE)


def _value_mac(keys: Keys, operation: int, ciphertext: bytes) -> bytes:
    kind = bytes((operation + 1,)) + keys.id
    said = kind + ciphertext + len(kind).to_bytes(8, "big")
    return hmac.digest(keys.value_mac, said, hashlib.sha512)[:MAC]
