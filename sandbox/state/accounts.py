"""A number, its hidden id (LID), and the devices linked to it with the public keys they registered."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sandbox.state.prekeys import Bundle, PreKey
from sandbox.state.sinks import Sink
from sandbox.wire.nodes.jid import LID_SERVER, USER_SERVER, Jid
from sandbox.wire.xeddsa import IdentityKey

_NUMBER: Final = re.compile(r"[1-9][0-9]{6,14}")


class NumberError(ValueError):
    """Text that is no international phone number, or a number that is taken."""


@dataclass(slots=True)
class Device:
    """A companion device. `has_uploaded`: it has given one-time keys at least once."""

    number: str
    id: int
    noise_key: bytes
    identity: bytes
    registration: bytes
    signed: PreKey
    one_time: deque[PreKey] = field(default_factory=deque[PreKey])
    has_uploaded: bool = False
    name: str = ""
    """What it called itself when it was paired."""

    def bundle(self) -> Bundle:
        """Return keys to write to this device with, using up a one-time key if there is one."""
        one_time = self.one_time.popleft() if self.one_time else None
        return Bundle(self.registration, self.identity, self.signed, one_time)


@dataclass
class Account:
    """A number. With `sink` it counts for load tests; without, it is a phone with an identity of its own."""

    number: str
    lid: str
    seed: bytes
    raw_id: int
    next_device: int = 1
    name: str = ""
    sink: Sink | None = None
    devices: dict[int, Device] = field(default_factory=dict[int, Device])

    @cached_property
    def identity(self) -> IdentityKey:
        """The phone's identity key, which signs its companions."""
        return IdentityKey(self.seed)

    def pn_jid(self, device: int = 0) -> Jid:
        """Return the account's address by phone number."""
        return Jid(self.number, USER_SERVER, device)

    def lid_jid(self, device: int = 0) -> Jid:
        """Return the account's address by hidden id, which messages use."""
        return Jid(self.lid, LID_SERVER, device)

    def device_ids(self) -> list[int]:
        """Return the devices one can encrypt for. A phone's own device 0 has no keys here; a sink's has."""
        return [0] if self.sink else sorted(self.devices)


def parse_number(text: str) -> str:
    """Return the digits of an international number written with or without `+`, spaces and dashes.

    Raises:
        NumberError: It has other characters, a leading zero, or not 7 to 15 digits (E.164).
    """
    digits = text.strip().removeprefix("+").replace(" ", "").replace("-", "")
    if not _NUMBER.fullmatch(digits):
        raise NumberError(f"{text!r} is no international phone number of 7 to 15 digits")
    return digits
