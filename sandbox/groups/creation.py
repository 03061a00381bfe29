"""Making a group."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.groups.group import AddMode, Group
from sandbox.groups.groups import Groups
from sandbox.groups.membership import invite
from sandbox.groups.news import tell
from sandbox.groups.nodes import group_node
from sandbox.groups.outcomes import Outcome, done
from sandbox.groups.settings import checked_subject
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


@dataclass(frozen=True, slots=True)
class Wanted:
    """A group to be made. `key`: by which its maker knows it again."""

    subject: str
    people: list[Jid] = field(default_factory=list[Jid])
    key: str = ""
    announce: bool = False
    locked: bool = False
    approval: bool = False
    adders: AddMode = "all_member_add"
    timer: int = 0


def create(groups: Groups, by: Account, wanted: Wanted) -> tuple[Group, list[Outcome]]:
    """Return a new group, and what became of each of the people that were to be in it.

    Raises:
        GroupError: The name is none (406).
    """
    group = groups.make(by, checked_subject(wanted.subject))
    group.announce, group.locked, group.approval = wanted.announce, wanted.locked, wanted.approval
    group.adders, group.timer = wanted.adders, wanted.timer
    others = [jid for jid in wanted.people if groups.directory.resolve(jid) is not by]
    outcomes = invite(groups, group, by, others)
    for account in done(outcomes):
        group.members[account.number] = "member"
    groups.changed(group)
    how = {"type": "new"} | ({"key": wanted.key} if wanted.key else {})
    tell(groups, group, by, Node("create", dict(how), [group_node(groups, group)]))
    return group, outcomes
