"""Calls that ring, and that end."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.events.groups import person
from session_host.whatsapp.hearing import hears
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs
from shared.contracts.call_events import CallEnded, CallRang

_LONGEST = 128
_GROUP = "group-jid"


@hears(EventNumber.CALL_OFFER, protobufs.CallOffer)
def rang(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """Somebody calls this number."""
    meta, video = event.basicCallMeta, any(node.Tag == "video" for node in event.data.Nodes)
    groups = [each for each in event.data.Attrs if each.name == _GROUP]
    group = f"{groups[0].jid.User}@{groups[0].jid.Server}" if groups and groups[0].HasField("jid") else None
    return people.introduce(_rang(meta, at, video=video, group=group))


@hears(EventNumber.CALL_OFFER_NOTICE, protobufs.CallOfferNotice)
def noticed(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """A call of a group begins."""
    return people.introduce(_rang(event.basicCallMeta, at, video=event.media == "video", group=None))


@hears(EventNumber.CALL_TERMINATE, protobufs.CallTerminate)
def ended(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """It rings no more."""
    meta = event.basicCallMeta
    return people.introduce(
        CallEnded(
            at=at,
            id=meta.callID[:_LONGEST],
            caller=_caller(meta),
            reason=event.reason[:_LONGEST] or None,
            timestamp=meta.timestamp,
        )
    )


def _rang(meta: Any, at: int, *, video: bool, group: str | None) -> CallRang:  # noqa: ANN401 - a protobuf
    return CallRang(
        at=at, id=meta.callID[:_LONGEST], caller=_caller(meta), video=video, group=group, timestamp=meta.timestamp
    )


def _caller(meta: Any) -> Any:  # noqa: ANN401 - a protobuf; its field is named as a word of Python
    return person(getattr(meta, "from"), meta.callCreator, meta.callCreatorAlt)
