"""Groups: the number came into one, or something of one is otherwise."""

from __future__ import annotations

from shared.contracts.group_events import GroupChange, GroupChanged, GroupChangeKind, GroupJoined
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, SomeBody, Told, tells

_JID = "120363041234567890@g.us"
_BUDI = SomeBody(number="628123456789", lid="104282914570282@lid")


class Joined(Shape):
    """A group that the number is in now."""

    group_jid: str
    subject: str
    size: int
    """How many members it has."""
    reason: Maybe[str] = None
    """WhatsApp's word for why, where it gives one: `invite`."""
    by: Maybe[SomeBody] = None


class Change(Shape):
    """One thing that is otherwise now."""

    what: GroupChangeKind
    value: Maybe[str | int | bool] = None
    """What it is now: a text, whether it is so, seconds, or the address of another group."""
    people: Maybe[tuple[SomeBody, ...]] = None
    reason: Maybe[str] = None
    """WhatsApp's word for why, where it gives one."""


class Changed(Shape):
    """What is otherwise about a group."""

    group_jid: str
    timestamp: int
    """Seconds since 1970, WhatsApp's."""
    by: Maybe[SomeBody] = None
    changes: tuple[Change, ...]


JOINED = Declared(
    "group.joined",
    "The number is in a group: it made the group, was added to it, or joined.",
    Joined(group_jid=_JID, subject="Pasar", size=12, by=_BUDI),
)
CHANGED = Declared(
    "group.changed",
    "Something about a group changed: its subject, who may write, its members or its admins. `other`: WhatsApp "
    "reports a change, but the library does not say what changed.",
    Changed(
        group_jid=_JID,
        timestamp=1_795_953_600,
        by=_BUDI,
        changes=(Change(what="add", people=(SomeBody(number="628111222444"),)),),
    ),
)


@tells(GroupJoined)
def joined(event: GroupJoined) -> Told:
    """As it is."""
    by = SomeBody.of(event.by) if event.by else None
    return JOINED.of(Joined(group_jid=event.group, subject=event.subject, size=event.size, reason=event.reason, by=by))


@tells(GroupChanged)
def changed(event: GroupChanged) -> Told:
    """As it is."""
    by = SomeBody.of(event.by) if event.by else None
    changes = tuple(map(_change, event.changes))
    return CHANGED.of(Changed(group_jid=event.group, timestamp=event.timestamp, by=by, changes=changes))


def _change(change: GroupChange) -> Change:
    people = tuple(map(SomeBody.of, change.people)) or None
    return Change(what=change.what, value=change.value, people=people, reason=change.reason)
