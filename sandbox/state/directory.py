"""All accounts, found by number or by LID, and kept in the store as they change."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from typing import Final

from sandbox.state.accounts import Account, Device, NumberError
from sandbox.state.prekeys import Bundle, PreKey
from sandbox.state.sinks import Sink
from sandbox.state.storage import Store
from sandbox.wire.nodes.jid import LEGACY_USER_SERVER, LID_SERVER, USER_SERVER, Jid

_FIRST_LID: Final = 900_000_000_000_001  # 15 digits, as real ones have


class Directory:
    """The accounts of this WhatsApp; starts with those that `store` kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_number: dict[str, Account] = {}
        self._by_lid: dict[str, Account] = {}
        self._aliases: dict[str, str] = {}
        self._restore()

    def __iter__(self) -> Iterator[Account]:
        """Iterate over the accounts in the order they were added."""
        return iter(self._by_number.values())

    def find(self, number: str) -> Account | None:
        """Return the account with this number, or None."""
        return self._by_number.get(number)

    def find_as_written(self, number: str) -> Account | None:
        """Return the account that is meant by a number as people write it, which may be an alias; or None."""
        return self._by_number.get(self._aliases.get(number, number))

    @property
    def aliases(self) -> dict[str, str]:
        """By other ways to write a number, the number."""
        return dict(self._aliases)

    def add_alias(self, alias: str, account: Account) -> None:
        """Let people write a number differently, as in Brazil without its ninth digit. No message goes to an alias.

        Raises:
            NumberError: The alias is somebody's number.
        """
        if alias in self._by_number:
            raise NumberError(f"{alias} is already a number here")
        self._aliases[alias] = account.number
        self._store.write("INSERT OR REPLACE INTO aliases VALUES (?, ?)", alias, account.number)

    def resolve(self, jid: Jid) -> Account | None:
        """Return the account that `jid` (by number or by LID, any device) belongs to, or None."""
        if jid.server == LID_SERVER:
            return self._by_lid.get(jid.user)
        if jid.server in (USER_SERVER, LEGACY_USER_SERVER):
            return self._by_number.get(jid.user)
        return None

    def add(self, number: str, *, sink: bool = False, receipts: bool = False) -> Account:
        """Return a new account.

        Raises:
            NumberError: The number is taken.
        """
        if number in self._by_number or number in self._aliases:
            raise NumberError(f"{number} is already a number here")
        seed = os.urandom(32)
        account = Account(number, str(_FIRST_LID + len(self._by_number)), seed, secrets.randbits(31))
        if sink:
            account.sink = Sink(seed, receipts=receipts)
        self._enter(account)
        self._save(account)
        return account

    def reserve_device(self, account: Account) -> int:
        """Return a device number that this account has never used."""
        number = account.next_device
        account.next_device += 1
        self._save(account)
        return number

    def link(self, account: Account, device: Device) -> None:
        """Add a device that was just paired."""
        account.devices[device.id] = device
        self._save_device(device)

    def unlink(self, account: Account, device: int) -> None:
        """Remove a device, its keys, and what waits for it."""
        del account.devices[device]
        for table in ("devices", "pre_keys", "outbox"):
            self._store.write(f"DELETE FROM {table} WHERE number=? AND device=?", account.number, device)  # noqa: S608 - three constants

    def rename(self, account: Account, name: str) -> None:
        """Set the name that the account's messages carry."""
        if name != account.name:
            account.name = name
            self._save(account)

    def upload(self, device: Device, keys: list[PreKey]) -> None:
        """Add one-time keys that a device uploaded, and save what else of it changed."""
        device.one_time.extend(keys)
        device.has_uploaded = True
        self._save_device(device)
        for key in keys:
            self._store.write(
                "INSERT OR REPLACE INTO pre_keys (number, device, id, public) VALUES (?, ?, ?, ?)",
                device.number, device.id, key.id, key.public,
            )  # fmt: skip

    def take_bundle(self, account: Account, device_id: int) -> Bundle | None:
        """Return keys to write to a device with, using up a one-time key; None if there is no such device."""
        if account.sink:
            return account.sink.bundle() if device_id == 0 else None
        device = account.devices.get(device_id)
        if device is None:
            return None
        bundle = device.bundle()
        if bundle.one_time:
            self._store.write(
                "DELETE FROM pre_keys WHERE number=? AND device=? AND id=?",
                device.number, device.id, bundle.one_time.id,
            )  # fmt: skip
        return bundle

    def _enter(self, account: Account) -> None:
        self._by_number[account.number] = account
        self._by_lid[account.lid] = account

    def _save(self, account: Account) -> None:
        receipts = account.sink is not None and account.sink.receipts
        self._store.write(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            account.number, account.lid, account.seed, account.raw_id, account.next_device, account.name,
            account.sink is not None, receipts,
        )  # fmt: skip

    def _save_device(self, device: Device) -> None:
        self._store.write(
            "INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            device.number, device.id, device.noise_key, device.identity, device.registration,
            device.signed.id, device.signed.public, device.signed.signature, device.has_uploaded, device.name,
        )  # fmt: skip

    def _restore(self) -> None:
        for row in self._store.read("SELECT * FROM accounts ORDER BY lid"):
            number, lid, seed, raw_id, next_device, name, sink, receipts = row
            account = Account(number, lid, seed, raw_id, next_device, name)
            account.sink = Sink(seed, receipts=bool(receipts)) if sink else None
            self._enter(account)
        self._aliases = dict(self._store.read("SELECT alias, number FROM aliases"))
        for row in self._store.read("SELECT * FROM devices"):
            number, device_id, noise_key, identity, registration, *signed, has_uploaded, name = row
            device = Device(number, device_id, noise_key, identity, registration, PreKey(*signed), name=name)
            device.has_uploaded = bool(has_uploaded)
            self._by_number[number].devices[device_id] = device
        for number, device_id, key_id, public in self._store.read(
            "SELECT number, device, id, public FROM pre_keys ORDER BY sequence"
        ):
            self._by_number[number].devices[device_id].one_time.append(PreKey(key_id, public))
