"""Calls, as far as a gateway that never speaks hears of them."""

from __future__ import annotations

from shared.contracts.call_events import CallEnded, CallRang
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, SomeBody, Told, tells

_BUDI = SomeBody(number="628123456789", lid="104282914570282@lid")


class Call(Shape):
    """One call."""

    id: str
    caller: SomeBody
    video: Maybe[bool] = None
    group_jid: Maybe[str] = None
    """The group whose call it is."""
    reason: Maybe[str] = None
    """Why it ended, in WhatsApp's word, where it gives one."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""


RANG = Declared(
    "call.rang",
    "Somebody calls. It rings until the call is answered on the phone, rejected (`POST /api/reject-call`), or ended.",
    Call(id="9A1C", caller=_BUDI, video=False, timestamp=1_795_953_600),
)
ENDED = Declared(
    "call.ended",
    "A call no longer rings. A call that another device rejects may end without this event.",
    Call(id="9A1C", caller=_BUDI, timestamp=1_795_953_630),
)


@tells(CallRang)
def rang(event: CallRang) -> Told:
    """As it is."""
    caller = SomeBody.of(event.caller)
    return RANG.of(
        Call(id=event.id, caller=caller, video=event.video, group_jid=event.group, timestamp=event.timestamp)
    )


@tells(CallEnded)
def ended(event: CallEnded) -> Told:
    """As it is."""
    caller = SomeBody.of(event.caller)
    return ENDED.of(Call(id=event.id, caller=caller, reason=event.reason, timestamp=event.timestamp))
