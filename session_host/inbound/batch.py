"""A batch of a journal's entries, sorted by what has to be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from session_host.downloads.policy import Policy
from session_host.inbound.entry import Entry
from session_host.inbound.receipts import Receipt
from session_host.inbound.resends import Asked
from session_host.inbound.rows import row_of
from session_host.inbound.saying import KINDS, NO_ROWS, change_by, opening
from shared.contracts.events import AnyEvent, MessageReceived, ReceiptReceived, ResendAsked, TimerSet
from shared.contracts.outcome_events import MessagesEnded
from shared.contracts.own_events import CallToReject, MessagesToRead
from shared.messages.changes import Change
from shared.messages.received import InboundMessage

PolicyOf = Callable[[str], Policy]
"""Of a session."""


class Said(NamedTuple):
    """Something that is said about a message, and the row that it is where that message is not there."""

    entry: Entry
    change: Change
    row: InboundMessage | None


@dataclass(slots=True)
class Batch:
    """What has to be done with entries."""

    rows: list[tuple[Entry, InboundMessage]] = field(default_factory=list[tuple[Entry, InboundMessage]])
    """Messages for the inbox."""
    said: list[Said] = field(default_factory=list[Said])
    """What is said about messages that others wrote, or that the phone sent."""
    settling: list[Receipt] = field(default_factory=list[Receipt])
    """What is for messages that were sent here: receipts, and what is said about them."""
    timers: list[tuple[Entry, TimerSet]] = field(default_factory=list[tuple[Entry, TimerSet]])
    asked: list[Asked] = field(default_factory=list[Asked])
    calls: list[tuple[Entry, CallToReject]] = field(default_factory=list[tuple[Entry, CallToReject]])
    reads: list[tuple[Entry, MessagesToRead]] = field(default_factory=list[tuple[Entry, MessagesToRead]])
    ended: list[tuple[Entry, MessagesEnded]] = field(default_factory=list[tuple[Entry, MessagesEnded]])
    """What became of messages: it is told by their entry."""
    nothing: list[int] = field(default_factory=list[int])
    """Entries that only have to be published."""
    policy_of: PolicyOf | None = None
    """Which files of a session are had; None: none is looked at."""

    def add(self, entry: Entry, event: AnyEvent) -> None:
        """Sort an entry in; the changes of one message keep their order."""
        if isinstance(event, MessageReceived):
            self._add_message(entry, event)
        elif isinstance(event, ReceiptReceived):
            self.settling.append(Receipt(entry.seq, entry.session_uid, event.message_ids, event=event))
        elif isinstance(event, ResendAsked):
            self.asked.append(Asked(entry.seq, entry.session_uid, event))
        elif isinstance(event, TimerSet):
            self.timers.append((entry, event))
        elif isinstance(event, CallToReject):
            self.calls.append((entry, event))
        elif isinstance(event, MessagesToRead):
            self.reads.append((entry, event))
        elif isinstance(event, MessagesEnded):
            self.ended.append((entry, event))
        else:
            self.nothing.append(entry.seq)

    def _add_message(self, entry: Entry, event: MessageReceived) -> None:
        target = event.target if event.type in KINDS else None
        if target is None:
            if event.type == "revoke":  # its sender may not
                self.nothing.append(entry.seq)
            else:
                self.rows.append((entry, inbox_row(entry, event, self.policy_of)))
            return
        row = inbox_row(entry, event)
        if event.again:
            self.said.append(Said(entry, opening(entry, event), None))
        elif event.type not in NO_ROWS or event.sealed:
            self.rows.append((entry, row))
        change = change_by(entry, event, target)
        instead = row if event.type in NO_ROWS and not event.sealed and not event.again else None
        if target.from_me and not event.sealed:
            said = Said(entry, change, instead)
            self.settling.append(Receipt(entry.seq, entry.session_uid, (target.id,), said=said))
        else:
            self.said.append(Said(entry, change, instead))

    def done(self) -> list[int]:
        """The numbers of the entries that are done with when all of it is, but for what is settled."""
        numbers = {entry.seq for entry, _ in self.rows} | {said.entry.seq for said in self.said}
        numbers |= {entry.seq for entry, _ in [*self.timers, *self.calls, *self.ended]} | set(self.nothing)
        return sorted(numbers - {receipt.seq for receipt in self.settling})


def inbox_row(entry: Entry, event: MessageReceived, policy_of: PolicyOf | None = None) -> InboundMessage:
    """The row of a message; where it has a file, that says whether it is fetched."""
    media = event.content.media
    about_file = None
    if policy_of is not None and media is not None:
        about_file = policy_of(entry.session_uid).state_of(event.type, media, has_keys=entry.raw is not None)
    position = f"{event.at:013d}-{entry.seq:012d}"
    return row_of(entry.session_uid, event, entry.raw, position, about_file)
