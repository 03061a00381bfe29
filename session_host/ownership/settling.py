"""What settles messages that were sent, receipts and requests for them, by the outboxes and sessions of a shard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from session_host.inbound.acting import Whose
from session_host.inbound.receipts import NO_SENDS, Receipts, Sends
from session_host.inbound.resends import Resends
from session_host.outbound.outbox import Outbox
from session_host.ownership.holding import Holding
from session_host.whatsapp.client import NotSent
from shared.contracts.commands.command import Question
from shared.ids import now_ms
from shared.jids import Jid
from shared.messages.ports import Messages
from shared.messages.receipts import ReceiptRows


def receipts_of(messages: Messages, people: ReceiptRows, outboxes: Mapping[str, Outbox]) -> Receipts:
    """What settles receipts, and notes who of a group they are of."""

    def sends(uid: str) -> Sends:
        outbox = outboxes.get(uid)
        return outbox.sends if outbox else NO_SENDS

    return Receipts(messages, sends, people)


def resends_of(
    messages: Messages, outboxes: Mapping[str, Outbox], held: Callable[[], Mapping[str, Holding]]
) -> Resends:
    """What answers devices that ask for a message again."""

    async def devices_of(uid: str, jid: Jid) -> int:
        holding = held().get(uid)
        if holding is None:
            raise NotSent("The session is not here.")
        return await holding.live.connected_client().devices_of(jid)

    def look(uid: str) -> None:
        if uid in outboxes:
            outboxes[uid].look()

    return Resends(messages, devices_of, look, now_ms)


class HeldSessions:
    """`session_host.inbound.acting.Acting`, and `session_host.inbound.telling.Senders`."""

    def __init__(self, outboxes: Mapping[str, Outbox], held: Callable[[], Mapping[str, Holding]]) -> None:
        self._outboxes = outboxes
        self._held = held

    def whose(self, session_uid: str) -> Whose | None:
        """None: it is not held here."""
        holding = self._held().get(session_uid)
        return None if holding is None else Whose(holding.key_id, holding.live.report.number)

    async def ask(self, session_uid: str, question: Question[Any], *, within: float) -> None:
        """Have a session tell WhatsApp something. Raises NotSent and WagateError."""
        holding = self._held().get(session_uid)
        if holding is None:
            raise NotSent("The session is not here.")
        await holding.questions.ask(question, within=within)

    def uids(self) -> Collection[str]:
        """The sessions that are held here."""
        return self._held().keys()

    def lids(self, session_uid: str, sender: str | None, to: str) -> tuple[str | None, str | None]:
        """The LIDs of a session's number, while it is this one, and of somebody, as far as they are known."""
        holding = self._held().get(session_uid)
        if holding is None:
            return None, None
        report = holding.live.report
        return report.lid if report.number == sender else None, next(iter(holding.lookups.lids_of(Jid.parse(to))), None)

    def look(self, session_uid: str) -> None:
        """Have a session look for messages that wait to be sent."""
        if session_uid in self._outboxes:
            self._outboxes[session_uid].look()
