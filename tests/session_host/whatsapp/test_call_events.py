"""Calls as the library tells them."""

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.events.calls import ended, noticed, rang
from session_host.whatsapp.library.neonize_client import jid_of, protobufs
from shared.contracts.call_events import CallEnded, CallRang
from shared.contracts.event import Person
from shared.jids import Jid

LID, NUMBER = Jid("9000001", "lid"), Jid("628111111111", "s.whatsapp.net")
EMPTY = protobufs.Node(Tag="offer", Nil=False, Bytes=b"")


def meta() -> Any:
    told = protobufs.BasicCallMeta(
        timestamp=1_700_000_000, callCreator=jid_of(LID), callCreatorAlt=jid_of(NUMBER), callID="CALL"
    )
    getattr(told, "from").CopyFrom(jid_of(LID))
    return told


def events(*arrivals: Any) -> list[Any]:
    return [arrival.event for arrival in arrivals]


def test_a_call_is_told_by_all_addresses_of_who_calls() -> None:
    """Whether it has a picture, whose group it is, and when it ends; who calls is known by number and LID."""
    people, ani = Acquaintances(), Person(number="628111111111", lid="9000001@lid")
    remote = protobufs.CallRemoteMeta(remotePlatform="", remoteVersion="")
    film = protobufs.Node(Tag="video", Nil=False, Bytes=b"")
    group = protobufs.NodeAttrs(name="group-jid", jid=jid_of(Jid("120363000000000001", "g.us")))
    offer = protobufs.Node(Tag="offer", Nil=False, Bytes=b"", Nodes=[film], Attrs=[group])
    told = events(
        rang(protobufs.CallOffer(basicCallMeta=meta(), callRemoteMeta=remote, data=offer), 1, people),
        rang(protobufs.CallOffer(basicCallMeta=meta(), callRemoteMeta=remote, data=EMPTY), 1, people),
        noticed(protobufs.CallOfferNotice(basicCallMeta=meta(), media="video", type="group", data=EMPTY), 1, people),
        ended(protobufs.CallTerminate(basicCallMeta=meta(), reason="timeout", data=EMPTY), 1, people),
    )
    call = CallRang(at=1, id="CALL", caller=ani, timestamp=1_700_000_000)
    assert told == [
        call.model_copy(update={"video": True, "group": "120363000000000001@g.us"}),
        call,
        call.model_copy(update={"video": True}),
        CallEnded(at=1, id="CALL", caller=ani, reason="timeout", timestamp=1_700_000_000),
    ]
