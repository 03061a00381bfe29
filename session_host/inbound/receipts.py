"""Receipts on their way to the rows of what was sent, and what others say about that: votes, reactions.

WhatsApp's receipt for a message can be here before the row knows WhatsApp's id of it: the acknowledgement and its
write are under way. Such a receipt is tried again once every send that had begun when it was first tried has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shared.backoff import Backoff
from shared.contracts.events import ReceiptReceived
from shared.jids import LID, PHONE
from shared.messages.changes import Change
from shared.messages.model import MessageState
from shared.messages.ports import Messages
from shared.messages.receipts import PersonReceipt, ReceiptRows

_ONE_PERSON = (f"@{PHONE}", f"@{LID}")
"""How the chats of one person end: their receipts are the states of the message."""
_FIRST_RETRY, _LAST_RETRY = 0.05, 5.0


class Sends(NamedTuple):
    """How many sends of a session its outbox has begun, and how many of them have ended; they end in order."""

    begun: int
    ended: int
    epoch: int
    """Under which they are sent: with another one, none of an earlier one is under way."""


class HasChange(Protocol):
    """Something that is said about a message."""

    @property
    def change(self) -> Change:
        """What the row of the message takes."""
        ...


NO_SENDS = Sends(0, 0, 0)
"""Of a session that has no outbox here: it moved to another shard, or is only received for."""


@dataclass(slots=True)
class Receipt:
    """A receipt, or something that is said about a message, and which of its messages are not settled yet."""

    seq: int
    session_uid: str
    unsettled: Sequence[str]
    """WhatsApp's ids of messages; those that were nowhere when it is done with were not sent from here."""
    event: ReceiptReceived | None = None
    said: HasChange | None = None
    after: Sends | None = None
    """The sends of the session when it was first tried: once they have ended, a row not found never will be."""
    due: float = 0.0
    backoff: Backoff = field(default_factory=lambda: Backoff(_FIRST_RETRY, _LAST_RETRY))


class Receipts:
    """Settles receipts, and keeps those that came too early."""

    def __init__(self, messages: Messages, sends: Callable[[str], Sends], people: ReceiptRows | None = None) -> None:
        """`sends` tells about a session by its uid; NO_SENDS once no send of it is under way any more.

        Who of a group got a message is noted in `people`.
        """
        self._people = people
        self._messages = messages
        self._sends = sends
        self._early: list[Receipt] = []

    async def settle(self, receipts: Sequence[Receipt]) -> list[Receipt]:
        """Apply receipts; those that are done.

        Raises:
            StoreUnavailable: try the same ones again.
        """
        tried = await asyncio.gather(*(self._try(receipt) for receipt in receipts))
        done: list[Receipt] = []
        for receipt, settled in zip(receipts, tried, strict=True):
            if settled:
                done.append(receipt)
            else:
                receipt.due = asyncio.get_running_loop().time() + receipt.backoff.after_failure()
                self._early.append(receipt)
        return done

    def take_due(self) -> list[Receipt]:
        """Early ones whose time to be tried again has come."""
        now = asyncio.get_running_loop().time()
        due = [receipt for receipt in self._early if receipt.due <= now]
        self._early = [receipt for receipt in self._early if receipt.due > now]
        return due

    def put_back(self, receipts: Sequence[Receipt]) -> None:
        """Keep what was taken and could not be applied."""
        self._early.extend(receipts)

    def next_due(self) -> float | None:
        """Seconds until `take_due` has something, or None."""
        if not self._early:
            return None
        return max(min(receipt.due for receipt in self._early) - asyncio.get_running_loop().time(), 0)

    def forget(self, session_uid: str) -> None:
        """Drop those of a session that is being deleted."""
        self._early = [receipt for receipt in self._early if receipt.session_uid != session_uid]

    async def _try(self, receipt: Receipt) -> bool:
        now = self._sends(receipt.session_uid)  # before asking: a row may get its id in between
        receipt.after = receipt.after or now
        ended = now.epoch != receipt.after.epoch or now.ended >= receipt.after.begun
        found = [await self._settled(receipt, wa_id) for wa_id in receipt.unsettled]
        receipt.unsettled = [
            wa_id for wa_id, is_settled in zip(receipt.unsettled, found, strict=True) if not is_settled
        ]
        return not receipt.unsettled or ended

    async def _settled(self, receipt: Receipt, wa_id: str) -> bool:
        if receipt.said is not None:
            return await self._messages.change(wa_id, receipt.said.change)
        if receipt.event is None:
            return True
        state = MessageState(receipt.event.state)
        moved = await self._messages.settle(receipt.session_uid, wa_id, state, now=receipt.event.at)
        return await self._noted(receipt.session_uid, wa_id, receipt.event) or moved

    async def _noted(self, session_uid: str, wa_id: str, event: ReceiptReceived) -> bool:
        """Whether it is of one of many, and noted for them."""
        if self._people is None or event.chat.endswith(_ONE_PERSON) or not (event.from_number or event.from_lid):
            return False
        person = PersonReceipt(event.from_number, event.from_lid, **{event.state: event.at})
        return await self._people.note(session_uid, wa_id, person)
