"""What was said about a message of the past, as phones keep it with that: reactions, votes, answers to events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.content.kinds.gatherings import RESPONSES
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.past.chats import Address
from shared.contracts.events import MessageReceived
from shared.messages.changes import Change, Kind
from shared.poll_options import id_of_hash

_LONGEST_ID = 256
_LATEST = 253_402_300_799_000
"""Milliseconds since 1970, the end of the year 9999."""
_HASH = 32
_MOST_CHOICES = 256


class _Remark(NamedTuple):
    kind: Kind
    key: Any
    """Of the message by which it was said."""
    at: int
    """Milliseconds since 1970."""
    says: dict[str, Any]


def remarks(said: Any, event: MessageReceived, address: Address, people: Acquaintances, uid: str) -> Iterator[Change]:  # noqa: ANN401 - a protobuf
    """What a `WebMessageInfo` of a session says of what was said about it."""
    for remark in _found(said):
        number, lid = _who(remark.key, address, people)
        yield Change(
            session_uid=uid,
            chat=event.chat,
            message_id=event.id,
            from_me=event.from_me,
            kind=remark.kind,
            id=remark.key.ID[:_LONGEST_ID],
            at=remark.at if 0 < remark.at <= _LATEST else event.timestamp * 1000,
            arrived_at=event.at,
            number=number,
            lid=lid,
            says=remark.says,
        )


def _found(said: Any) -> Iterator[_Remark]:  # noqa: ANN401 - a protobuf
    for each in said.reactions:
        yield _Remark("reaction", each.key, each.senderTimestampMS, {"emoji": each.text or None})
    for each in said.pollUpdates:
        chosen = [id_of_hash(one) for one in each.vote.selectedOptions[:_MOST_CHOICES] if len(one) == _HASH]
        yield _Remark("vote", each.pollUpdateMessageKey, each.senderTimestampMS, {"choices": chosen})
    for each in said.eventResponses:
        answer = each.eventResponseMessage
        if (response := RESPONSES.get(answer.response)) is not None:
            guests = {"guests": answer.extraGuestCount} if answer.extraGuestCount else {}
            yield _Remark("answer", each.eventResponseMessageKey, each.timestampMS, {"response": response} | guests)


def _who(key: Any, address: Address, people: Acquaintances) -> tuple[str | None, str | None]:  # noqa: ANN401 - a protobuf
    """The phone's own account, a member of the group, or the other one."""
    if key.fromMe:
        return people.my_number, people.my_lid
    if not address.is_group:
        return address.number, address.lid
    number, lid = number_and_lid(key.participant)
    return number or (people.number_of(lid) if lid else None), lid
