"""People of a group's request: their addresses before it, and what became of each after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from session_host.whatsapp.group_reading import addresses
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.send_errors import explain_lookup
from shared.contracts.commands.groups import MemberResult, MemberState
from shared.jids import LID, PHONE, Jid

_LOOKED_UP_AT_ONCE = 250
_NOBODY = 404
_STATES: Mapping[int, MemberState] = {
    401: "forbidden", 403: "forbidden", 404: "not_in_group", 408: "left_recently", 409: "already", 419: "full",
}  # fmt: skip


def known_addresses(library: NeonizeClient, people: Iterable[str]) -> dict[str, Jid | None]:
    """The address of each by which WhatsApp has them, their LID where the library knows it."""
    return {asked: _lid_of(library, Jid.parse(asked)) or Jid.parse(asked) for asked in people}


def found_addresses(library: NeonizeClient, people: Iterable[str]) -> dict[str, Jid | None]:
    """The same, and WhatsApp is asked about numbers that the library does not know: None for one that nobody has.

    Raises NotSent and NotLookedUp.
    """
    found: dict[str, Jid | None] = {}
    for asked in people:
        jid = Jid.parse(asked)
        found[asked] = jid if jid.server == LID else _lid_of(library, jid)
    unknown = [Jid.parse(asked).user for asked, jid in found.items() if jid is None]
    for numbers in _batches(unknown):
        there = _on_whatsapp(library, numbers)
        found |= {f"{number}@{PHONE}": there.get(number) for number in numbers}
    return found


def results(
    people: Mapping[str, Jid | None], answered: Sequence[Any], done: MemberState, nobody: MemberState = "not_in_group"
) -> tuple[MemberResult, ...]:
    """What became of everybody that was asked for.

    Args:
        people: their addresses, by what was asked.
        answered: the library's `GroupParticipant`s.
        done: what it is when WhatsApp gives no reason against it.
        nobody: what it is when WhatsApp does not find them.
    """
    by_address = {
        f"{jid.User}@{jid.Server}": each
        for each in answered
        for jid in (each.JID, each.LID, each.PhoneNumber)
        if jid.User
    }
    return tuple(
        _missing(asked) if jid is None else _result(asked, jid, by_address, done, nobody)
        for asked, jid in people.items()
    )


def _missing(asked: str) -> MemberResult:
    return MemberResult(asked=asked, number=Jid.parse(asked).number, state="not_on_whatsapp", code=_NOBODY)


def _result(asked: str, jid: Jid, answered: Mapping[str, Any], done: MemberState, nobody: MemberState) -> MemberResult:
    own: dict[str, Any] = {"number": Jid.parse(asked).number, "lid": str(jid) if jid.server == LID else None}
    told = answered.get(str(jid)) or answered.get(asked)
    if told is None:
        return MemberResult(asked=asked, state="refused", **own)
    said: dict[str, Any] = own | addresses(told.JID, told.LID, told.PhoneNumber)
    if not told.Error:
        return MemberResult(asked=asked, state=done, **said)
    invite = told.AddRequest if told.HasField("AddRequest") else None
    return MemberResult(
        asked=asked,
        state=nobody if told.Error == _NOBODY else _STATES.get(told.Error, "refused"),
        code=told.Error,
        invite=invite.Code if invite else None,
        invite_until=int(invite.Expiration) if invite else None,
        **said,
    )


def _on_whatsapp(library: NeonizeClient, numbers: Sequence[str]) -> dict[str, Jid]:
    answer = library.is_on_whatsapp(*numbers)
    if answer.Error and "nothing" not in answer.Error:
        raise explain_lookup(answer.Error)
    return {
        entry.Query.lstrip("+"): Jid(entry.JID.User, entry.JID.Server)
        for entry in answer.IsOnWhatsAppResponse
        if entry.IsIn
    }


def _lid_of(library: NeonizeClient, jid: Jid) -> Jid | None:
    if jid.server == LID:
        return jid
    known = library.lid_of(jid)
    return Jid(known.User, LID) if known.User else None


def _batches(numbers: Sequence[str]) -> Iterable[Sequence[str]]:
    return (numbers[first : first + _LOOKED_UP_AT_ONCE] for first in range(0, len(numbers), _LOOKED_UP_AT_ONCE))
