"""What settles messages that were sent, receipts and requests for them, by the outboxes and sessions of a shard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from session_host.inbound.receipts import NO_SENDS, Receipts, Sends
from session_host.inbound.resends import Resends
from session_host.outbound.outbox import Outbox
from session_host.ownership.holding import Holding
from session_host.whatsapp.client import NotSent
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
