"""Stanzas to devices: at once to those that are there, kept for the others, until each device acknowledged its own."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from typing import Final, Protocol, TypeAlias

from sandbox.delivery.outbox import Key, Outbox, Pending
from sandbox.observed.faults import Faults
from sandbox.observed.journal import DeliveryRecord, Journal
from sandbox.state.storage import Store
from sandbox.wire.nodes import SERVER, Jid, Node, decode, encode

_NOISE: Final = 20  # bytes from the end: behind are at most 10 of key ids and 8 of MAC; a ciphertext has 16 or more

Address: TypeAlias = "tuple[str, int]"  # number, device


class Line(Protocol):
    """A device's live connection."""

    @property
    def address(self) -> Address:
        """The device at the other end."""
        ...

    def post(self, node: Node) -> None:
        """Send a stanza, without waiting."""
        ...


class Delivery:
    """The queues of all devices. What `store` kept of them is there again after a restart."""

    def __init__(self, store: Store, faults: Faults, journal: Journal) -> None:
        self._store = store
        self._faults = faults
        self._journal = journal
        self._lines: dict[Address, Line] = {}
        self._outboxes: dict[Address, Outbox] = {}
        self._sequence = count(1)
        self._restore()

    def send(self, to: Address, node: Node, record: DeliveryRecord | None = None) -> None:
        """Have a message, receipt or notification reach a device, now or when it comes back."""
        pending = Pending(next(self._sequence), node, record)
        self._outbox(to).add(pending)
        self._store.write("INSERT INTO outbox VALUES (?, ?, ?, ?)", pending.sequence, *to, encode(node))
        line = self._lines.get(to)
        if line is not None:
            self._transmit(line, pending, node)

    def send_if_there(self, to: Address, node: Node) -> None:
        """Send what is worth nothing later (typing, presence), if the device is connected."""
        line = self._lines.get(to)
        if line is not None:
            line.post(node)

    def acknowledge(self, device: Address, key: Key) -> None:
        """Drop the oldest stanza with this key: the device has it."""
        outbox = self._outboxes.get(device)
        pending = outbox.acknowledge(key) if outbox else None
        if pending is None:
            return
        self._store.write("DELETE FROM outbox WHERE sequence=?", pending.sequence)
        if pending.record:
            pending.record.acked = time.time()

    def activate(self, line: Line) -> None:
        """A device is ready for messages: give it what waited, marked as offline, then everything else."""
        outbox = self._outbox(line.address)
        waiting = outbox.unsent()
        kinds = [pending.node.tag for pending in waiting]
        counts = {kind: str(kinds.count(kind)) for kind in ("message", "notification", "receipt")}
        if waiting:
            preview = Node("offline_preview", {"count": str(len(waiting)), "appdata": "0", **counts})
            line.post(Node("ib", {"from": SERVER}, [preview]))
        for pending in waiting:
            offline = replace(pending.node, attrs={**pending.node.attrs, "offline": "1"})
            self._transmit(line, pending, offline)
        line.post(Node("ib", {"from": SERVER}, [Node("offline", {"count": str(len(waiting))})]))
        self._lines[line.address] = line

    def deactivate(self, line: Line) -> None:
        """A connection is over: what it left unacknowledged waits for the next."""
        if self._lines.get(line.address) is line:
            del self._lines[line.address]
            self._outbox(line.address).disconnected()

    def forget(self, device: Address) -> None:
        """A device was unlinked: nothing waits for it any more."""
        self._lines.pop(device, None)
        self._outboxes.pop(device, None)

    def waiting(self, device: Address) -> int:
        """Return how many stanzas a device has not acknowledged."""
        outbox = self._outboxes.get(device)
        return len(outbox) if outbox else 0

    def _outbox(self, device: Address) -> Outbox:
        outbox = self._outboxes.get(device)
        if outbox is None:
            outbox = self._outboxes[device] = Outbox()
        return outbox

    def _transmit(self, line: Line, pending: Pending, node: Node) -> None:
        if (
            node.tag == "message"
            and node.attrs.get("category") != "peer"
            and self._faults.strike("corrupt", *line.address)
        ):
            node = _corrupted(node)
        pending.sent = True
        if pending.record:
            pending.record.delivered = time.time()
            pending.record.attempts += 1
        line.post(node)

    def _restore(self) -> None:
        last = 0
        for last, number, device, stanza in self._store.read("SELECT * FROM outbox ORDER BY sequence"):
            node = decode(stanza)
            record = None
            if node.tag == "message":
                numbers = (node.attrs.get(name) for name in ("sender_pn", "participant_pn"))
                sender = next(filter(None, numbers), "")  # missing on copies for the sender's own other devices
                from_number = sender.user if isinstance(sender, Jid) else number
                record = self._journal.delivery(node.text("id"), from_number, (number, device))
            self._outbox((number, device)).add(Pending(last, node, record))
        self._sequence = count(last + 1)


def _corrupted(message: Node) -> Node:
    """Return a copy of `message` with one bit of each ciphertext changed, as line noise would.

    The bit is in what is authenticated: at the very end of a pkmsg stand key ids, which may change unnoticed.
    """
    children: list[Node] = []
    for child in message.children:
        content = child.content
        if child.tag == "enc" and isinstance(content, bytes) and len(content) >= _NOISE:
            content = content[:-_NOISE] + bytes((content[-_NOISE] ^ 1,)) + content[1 - _NOISE :]
        children.append(replace(child, content=content))
    return replace(message, content=children)
