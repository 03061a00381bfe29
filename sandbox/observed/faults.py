"""What goes wrong on purpose: which faults are set, whom they are for, and how often they still strike."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "close", "replace", "unlink", "stream_error", "ban", "refuse", "slow", "drop_acks", "reject_messages",
    "corrupt", "unreachable", "qr_close", "ignore_keepalive", "refuse_lookups", "ignore_lookups", "lid_only",
    "media_conn", "upload", "download", "ignore_devices", "ignore_pre_keys", "odd_stanza",
    "stop_answering", "drop_inbound", "ignore_receipts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a fault is for: everyone, a number, or one device of a number."""

    number: str | None = None
    device: int | None = None

    def includes(self, number: str, device: int) -> bool:
        """Tell whether a device is meant."""
        return self.number in (None, number) and self.device in (None, device)

    def __str__(self) -> str:
        """Return `all`, `number` or `number:device`."""
        if self.number is None:
            return "all"
        return self.number if self.device is None else f"{self.number}:{self.device}"


@dataclass(slots=True)
class Fault:
    """One fault. `remaining`: how often it still strikes, None until it is cleared.

    The other fields belong to single kinds: `code` to refuse, ban, stream_error, reject_messages, refuse_lookups,
    media_conn, upload, download; `expire` (seconds) to ban; `milliseconds` to what is slow; `deliver` to drop_acks;
    `mode` to unreachable, close, upload, download and odd_stanza; `retry_after` (seconds) to upload and download that
    are refused.
    """

    kind: Kind
    target: Target = field(default_factory=Target)
    remaining: int | None = None
    code: int = 0
    expire: int = 0
    milliseconds: int = 0
    deliver: bool = False
    mode: str = ""
    retry_after: int = 0
    id: int = 0
    struck: int = 0


class Faults:
    """The faults in force. Asking for one that isn't set costs one dictionary look-up."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[Fault]] = {}
        self._ids = count(1)

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force, under a new id."""
        fault.id = next(self._ids)
        self._by_kind.setdefault(fault.kind, []).append(fault)
        return fault

    def all(self) -> list[Fault]:
        """Return the faults in force, oldest first."""
        return sorted((fault for faults in self._by_kind.values() for fault in faults), key=lambda fault: fault.id)

    def remove(self, fault_id: int) -> bool:
        """Take a fault out of force; tell whether there was one."""
        for fault in self.all():
            if fault.id == fault_id:
                self._drop(fault)
                return True
        return False

    def clear(self) -> int:
        """Take all faults out of force, return how many there were."""
        number = len(self.all())
        self._by_kind.clear()
        return number

    def strike(self, kind: Kind, number: str = "", device: int = 0) -> Fault | None:
        """Return the fault of this kind that now strikes a device, counting it; None if there is none."""
        faults = self._by_kind.get(kind)
        if not faults:
            return None
        for fault in faults:
            if fault.target.includes(number, device):
                fault.struck += 1
                if fault.remaining is not None:
                    fault.remaining -= 1
                    if fault.remaining <= 0:
                        self._drop(fault)
                return fault
        return None

    def _drop(self, fault: Fault) -> None:
        faults = self._by_kind[fault.kind]
        faults.remove(fault)
        if not faults:
            del self._by_kind[fault.kind]
