"""Making a group, or a community."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.groups.communities import enter_beside, may_make_groups
from sandbox.groups.group import AddMode, Description, Group
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
    """A group to be made. `key`: by which its maker knows it again. `description`: its id, and the text.

    `parent`: the community it is to be in. `community`: it is one itself, with a `general` chat for everybody.
    """

    subject: str
    people: list[Jid] = field(default_factory=list[Jid])
    key: str = ""
    announce: bool = False
    locked: bool = False
    approval: bool = False
    adders: AddMode = "all_member_add"
    timer: int = 0
    description: tuple[str, str] | None = None
    parent: Jid | None = None
    community: bool = False
    members_make_groups: bool = False
    general: bool = False


def create(groups: Groups, by: Account, wanted: Wanted) -> tuple[Group, list[Outcome]]:
    """Return a new group, and what became of each of the people that were to be in it.

    Raises:
        GroupError: The name is none (406), or in its community one may not (403, 404; 400 when that is none).
    """
    parent = None if wanted.parent is None else groups.need(wanted.parent)
    if parent is not None:
        may_make_groups(parent, by)
    group = groups.make(by, checked_subject(wanted.subject))
    group.parent = parent.id if parent else ""
    group.is_community, group.members_make_groups = wanted.community, wanted.members_make_groups
    if wanted.description:
        group.description = Description(*wanted.description, group.created, by.number)
    group.announce, group.locked, group.approval = wanted.announce, wanted.locked, wanted.approval
    group.adders, group.timer = wanted.adders, wanted.timer
    others = [jid for jid in wanted.people if groups.directory.resolve(jid) is not by]
    outcomes = invite(groups, group, by, others)
    for account in done(outcomes):
        group.members[account.number] = "member"
    groups.changed(group)
    how = {"type": "new"} | ({"key": wanted.key} if wanted.key else {})
    tell(groups, group, by, Node("create", dict(how), [group_node(groups, group)]))
    if wanted.community:
        _make_first_groups(groups, group, by, general=wanted.general)
    enter_beside(groups, group, by)
    return group, outcomes


def _make_first_groups(groups: Groups, community: Group, by: Account, *, general: bool) -> None:
    """Make what every community has: where its admins announce things, which has its name."""
    announcements = groups.make(by, community.subject.text)
    announcements.parent, announcements.is_default, announcements.announce = community.id, True, True
    groups.changed(announcements)
    tell(groups, announcements, by, Node("create", {"type": "new"}, [group_node(groups, announcements)]))
    if general:
        create(groups, by, Wanted("General", parent=community.jid))
