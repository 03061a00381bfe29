"""The settings of all phones, kept in the store."""

from __future__ import annotations

import os
from typing import Final

from google.protobuf.message import DecodeError

from sandbox.app_state.change import Change, ChangeError
from sandbox.app_state.collection import Collection
from sandbox.app_state.keys import Keys
from sandbox.state.accounts import Account
from sandbox.state.storage import Store
from sandbox.wire.protobufs import server_sync

_ID_SIZE, _KEY_SIZE = 6, 32
_KEY_ID_PREFIX: Final = b"\0\0"


class ConflictError(Exception):
    """Somebody else changed a collection meanwhile."""


class AppStates:
    """Of the phones of this WhatsApp. A phone's key and collections are made when they are first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secrets = {
            number: (id_, key) for number, id_, key in store.read("SELECT number, id, key FROM app_state_keys")
        }
        self._kept: dict[tuple[str, str], list[bytes]] = {}
        for number, name, patch in store.read("SELECT number, collection, patch FROM app_state ORDER BY version"):
            self._kept.setdefault((number, name), []).append(patch)
        self._collections: dict[tuple[str, str], Collection] = {}

    def secret(self, phone: Account) -> tuple[bytes, bytes]:
        """Return the phone's key, which its devices are given: its id, and 32 bytes."""
        secret = self._secrets.get(phone.number)
        if secret is None:
            id_ = _KEY_ID_PREFIX + os.urandom(_ID_SIZE - len(_KEY_ID_PREFIX))
            secret = self._secrets[phone.number] = id_, os.urandom(_KEY_SIZE)
            self._store.write("INSERT INTO app_state_keys VALUES (?, ?, ?)", phone.number, *secret)
        return secret

    def collection(self, phone: Account, name: str) -> Collection:
        """Return a phone's collection of this name, one of `NAMES`."""
        found = self._collections.get((phone.number, name))
        if found is None:
            found = self._collections[phone.number, name] = Collection(name, Keys.of(*self.secret(phone)))
            for patch in self._kept.pop((phone.number, name), []):
                found.take(server_sync.SyncdPatch.FromString(patch))
        return found

    def write(self, phone: Account, name: str, changes: list[Change]) -> Collection:
        """Let the phone change its settings; return the collection as it is then."""
        collection = self.collection(phone, name)
        self._keep(phone, collection, collection.write(changes))
        return collection

    def take(self, phone: Account, name: str, version: int, patch: bytes) -> Collection:
        """Let a linked device change the settings that it knows at `version`; return the collection as it is then.

        Raises:
            ConflictError: There is a later version.
            ChangeError: The phone would refuse it.
        """
        collection = self.collection(phone, name)
        if version != collection.version:
            raise ConflictError
        try:
            parsed = server_sync.SyncdPatch.FromString(patch)
        except DecodeError as error:
            raise ChangeError("the patch makes no sense") from error
        self._keep(phone, collection, collection.take(parsed))
        return collection

    def _keep(self, phone: Account, collection: Collection, patch: bytes) -> None:
        self._store.write(
            "INSERT INTO app_state VALUES (?, ?, ?, ?)", phone.number, collection.name, collection.version, patch
        )
