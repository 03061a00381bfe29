"""What is said about a message after it: edits, deletes, reactions, votes, answers; and how its row takes that.

What comes of it depends on neither order nor number: the same changes make the same row, however often and in which
order they come, also when the message comes last. Who reacted or voted is kept with the moment, so that an earlier word
that comes later changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson

from shared.known_fields import with_known_fields
from shared.poll_options import names_by_id

Kind = Literal["edit", "delete", "reaction", "vote", "option", "answer", "media", "sealed", "opened"]
"""`media`: what became of its file. `sealed`: what nothing opens yet. `opened`: what the row of such a one says now."""

_BY_PERSON = frozenset({"reaction", "vote", "answer"})
_MOST_WAITING = 16
"""Edits and deletes, and as many sealed ones, that are kept for a message that is not there."""
_MOST_OPTIONS = 64
"""Options that are added to one poll; phones allow 12 in all."""
_MOST_KEPT = 396_000
"""Bytes of a row: an item of DynamoDB has 400 kB."""
_MOST_PEOPLE = 5_000
"""As many as the largest groups have."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said about a message."""

    session_uid: str
    chat: str
    message_id: str
    """WhatsApp's, of the message."""
    from_me: bool
    """Whether that message is of the session's own number."""
    kind: Kind
    id: str
    """WhatsApp's, of the message that says it."""
    at: int
    """When it was said, in milliseconds since 1970: the latest counts."""
    arrived_at: int
    """Tells which counts when two were said at the same moment."""
    number: str | None = None
    """Of who says it; of an edit or a delete, of who has to have written the message."""
    lid: str | None = None
    says: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def waits_for_message(self) -> bool:
        """Whether it is kept when its message is not there."""
        return self.kind not in {"media", "opened"}

    @property
    def order(self) -> tuple[int, int, str]:
        """The highest counts."""
        return self.at, self.arrived_at, self.id


def kept_until_message(changes: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The changes of a message that is not there, with one more."""
    if change.kind in _BY_PERSON:
        return by_person(changes, change)
    name = "sealed" if change.kind == "sealed" else "waiting"
    there: list[dict[str, Any]] = list(changes.get(name, ()))
    if any(each["id"] == change.id for each in there):
        return dict(changes)
    there.append(asdict(change))
    there.sort(key=lambda each: _order(each["at"], each["arrived_at"], each["id"]), reverse=True)
    return {**_without_sealed(changes, change.id), name: there[:_MOST_WAITING]}


def waiting(changes: Mapping[str, Any], name: Literal["waiting", "sealed"] = "waiting") -> list[Change]:
    """Edits and deletes that wait for their message, or what is sealed."""
    return [with_known_fields(Change, each) for each in changes.get(name, ())]


def together(changes: Mapping[str, Any], others: Mapping[str, Any], of: Change) -> dict[str, Any]:
    """The changes with others of the same message, but for edits and deletes that wait; `of`: one about the message."""
    after = dict(changes)
    for kind in ("reaction", "vote", "answer"):
        for each in others.get(f"{kind}s", ()):
            after = by_person(after, with_known_fields(Change, asdict(of) | {"kind": kind} | each))
    for sealed in waiting(others, "sealed"):
        after = kept_until_message(after, sealed)
    return after


def by_person(changes: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The changes with somebody's reaction, vote or answer, unless a later one of theirs is there."""
    name = f"{change.kind}s"
    people: list[dict[str, Any]] = list(changes.get(name, ()))
    said = {"number": change.number, "lid": change.lid, "at": change.at, "arrived_at": change.arrived_at}
    said |= {"id": change.id, "says": dict(change.says)}
    changes = _without_sealed(changes, change.id)
    for place, earlier in enumerate(people):
        if not is_same(earlier["number"], earlier["lid"], change.number, change.lid):
            continue
        if _order(earlier["at"], earlier["arrived_at"], earlier["id"]) >= change.order:
            return changes
        people[place] = said | {"number": change.number or earlier["number"], "lid": change.lid or earlier["lid"]}
        return {**changes, name: people}
    return changes if len(people) >= _MOST_PEOPLE else {**changes, name: [*people, said]}


def taken(changes: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The changes with what somebody says about a message: an option of a poll, or that of which the last counts."""
    return _with_option(changes, change) if change.kind == "option" else by_person(changes, change)


def _with_option(changes: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The changes with one more option of a poll, once for each name."""
    name, there = change.says.get("option"), {each[3]: each for each in changes.get("options", ())}
    changes = _without_sealed(changes, change.id)
    if not isinstance(name, str):
        return changes
    said = [*change.order, name]
    there[name] = min(there.get(name, said), said)
    return {**changes, "options": sorted(there.values())[:_MOST_OPTIONS]}


def options(first: Sequence[str], changes: Mapping[str, Any]) -> list[str]:
    """The options of a poll: those that it had first, and those that were added, in that order."""
    return list(dict.fromkeys([*first, *(each[3] for each in changes.get("options", ()))]))


def edited(changes: Mapping[str, Any], change: Change) -> dict[str, Any] | None:
    """The changes with an edit that counts; None when a later one, or this one, was applied before."""
    last = changes.get("edit")
    if last is not None and _order(*last) >= change.order:
        return None
    return {**_without_sealed(changes, change.id), "edit": list(change.order)}


def is_same(number: str | None, lid: str | None, other_number: str | None, other_lid: str | None) -> bool:
    """Whether two are the same person, as far as both are known."""
    return (lid is not None and lid == other_lid) or (number is not None and number == other_number)


def reactions(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that were not taken back, the first first, as they are shown."""
    return [
        _named(each) | {"emoji": each["says"]["emoji"], "timestamp": each["at"] // 1000}
        for each in _sorted(changes.get("reactions", ()))
        if each["says"].get("emoji")
    ]


def answers(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who comes to an event and who does not, the first who said so first, as they are shown."""
    return [_named(each) | dict(each["says"]) for each in _sorted(changes.get("answers", ())) if each["says"]]


def results(options: Sequence[str], changes: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """How a poll with these options stands: votes and voters of each; None when nobody has voted."""
    votes = _sorted(changes.get("votes", ()))
    if not votes:
        return None
    voters: dict[str, list[str]] = {option: [] for option in options}
    names = names_by_id(options)
    for vote in votes:
        for choice in dict.fromkeys(vote["says"].get("choices", ())):
            if (option := names.get(choice)) is not None:
                voters[option].append(vote["number"] or vote["lid"] or "")
    return [{"option": option, "votes": len(who), "voters": who} for option, who in voters.items()]


def fits(content: Mapping[str, Any], changes: Mapping[str, Any], raw: bytes | None = None) -> bool:
    """Whether a row with these is small enough for every store."""
    return len(orjson.dumps(content)) + len(orjson.dumps(changes)) + len(raw or b"") <= _MOST_KEPT


def _without_sealed(changes: Mapping[str, Any], id_: str) -> dict[str, Any]:
    """The changes without the sealed form of what is open now."""
    kept = [each for each in changes.get("sealed", ()) if each["id"] != id_]
    others = {name: value for name, value in changes.items() if name != "sealed"}
    return others | ({"sealed": kept} if kept else {})


def _order(at: int, arrived_at: int, id_: str) -> tuple[int, int, str]:
    return at, arrived_at, id_


def _sorted(people: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(people, key=lambda each: _order(each["at"], each["arrived_at"], each["id"]))


def _named(each: Mapping[str, Any]) -> dict[str, Any]:
    """Who it is of; what is not known is left out."""
    return {name: value for name, value in (("from", each["number"]), ("fromLid", each["lid"])) if value}
