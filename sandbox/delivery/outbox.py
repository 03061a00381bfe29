"""What a device has not yet acknowledged, in order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.observed.journal import DeliveryRecord
from sandbox.wire.nodes import Node

Key: TypeAlias = "tuple[str, str, str]"  # what it is (message, receipt, notification), its id, who it is from


@dataclass(slots=True)
class Pending:
    """A stanza for a device; `sent` while it is on the wire of the device's present connection."""

    sequence: int
    node: Node
    record: DeliveryRecord | None
    sent: bool = False


class Outbox:
    """The pending stanzas of one device, oldest first."""

    __slots__ = ("_by_key", "_pending")

    def __init__(self) -> None:
        self._pending: dict[int, Pending] = {}
        self._by_key: dict[Key, deque[int]] = {}

    def __len__(self) -> int:
        """Return how many stanzas are pending."""
        return len(self._pending)

    def add(self, pending: Pending) -> None:
        """Append a stanza."""
        self._pending[pending.sequence] = pending
        self._by_key.setdefault(key_of(pending.node), deque()).append(pending.sequence)

    def acknowledge(self, key: Key) -> Pending | None:
        """Remove and return the oldest stanza with this key that was sent; None if there is none."""
        sequences = self._by_key.get(key)
        if not sequences or not self._pending[sequences[0]].sent:
            return None
        pending = self._pending.pop(sequences.popleft())
        if not sequences:
            del self._by_key[key]
        return pending

    def unsent(self) -> list[Pending]:
        """Return what is not on the wire, oldest first."""
        return [pending for pending in self._pending.values() if not pending.sent]

    def disconnected(self) -> None:
        """Take everything that was on the wire as not sent."""
        for pending in self._pending.values():
            pending.sent = False


def key_of(node: Node) -> Key:
    """Return what a client names this stanza by when it acknowledges it."""
    return (node.tag, node.text("id"), node.jid("from").user)
