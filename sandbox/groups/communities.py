"""Communities: groups of groups. Who is in one of its groups is in the community, and hears what its admins announce.

A community is a group that nobody writes to. One of its groups is made with it, has the same members and admins, and is
where its admins announce things.
"""

from __future__ import annotations

from sandbox.groups.errors import GroupError
from sandbox.groups.group import Group
from sandbox.groups.groups import Groups
from sandbox.groups.membership import enter, need_admin
from sandbox.groups.news import tell
from sandbox.groups.outcomes import CONFLICT, FORBIDDEN, NOT_FOUND
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


def need_community(group: Group) -> None:
    """Raise GroupError (400) unless a group is a community."""
    if not group.is_community:
        raise GroupError(400, "bad-request")


def may_make_groups(community: Group, by: Account) -> None:
    """Raise GroupError unless `by` may make groups in this community: 400 when it is none, 403."""
    need_community(community)
    if not (community.members_make_groups and by.number in community.members):
        need_admin(community, by)


def link(groups: Groups, community: Group, by: Account, jids: list[Jid]) -> list[tuple[Jid, int]]:
    """Put groups into a community, and their members with them; return for each why it was not done, or 0.

    That is 404 when there is no such group, 403 when one is no admin of it, 409 when it has a community already.

    Raises:
        GroupError: It is no community (400), or one is no admin of it (403).
    """
    need_community(community)
    need_admin(community, by)
    return [(jid, _link(groups, community, by, jid)) for jid in jids]


def unlink(groups: Groups, community: Group, by: Account, jids: list[Jid]) -> list[tuple[Jid, int]]:
    """Take groups out of a community, in which their members stay; return for each why it was not done, or 0.

    That is 404 when it is no group of this community, 403 when it is where the admins announce things.

    Raises:
        GroupError: It is no community (400), or one is no admin of it (403).
    """
    need_community(community)
    need_admin(community, by)
    return [(jid, _unlink(groups, community, by, jid)) for jid in jids]


def _link(groups: Groups, community: Group, by: Account, jid: Jid) -> int:
    group = groups.find(jid)
    if group is None:
        return NOT_FOUND
    if not group.is_admin(by.number):
        return FORBIDDEN
    if group.parent or group.is_community:
        return CONFLICT
    group.parent = community.id
    groups.changed(group)
    tell(groups, community, by, Node("link", {"link_type": "sub_group"}, [_named(group)]))
    tell(groups, group, by, Node("link", {"link_type": "parent_group"}, [_named(community)]))
    enter_beside(groups, group, by)
    return 0


def enter_beside(groups: Groups, group: Group, by: Account) -> None:
    """Have all members of a group enter its community."""
    for other in groups.beside(group):
        come = [account for account in groups.accounts(group) if account.number not in other.members]
        enter(groups, other, by, come, "linked_group_join")


def _unlink(groups: Groups, community: Group, by: Account, jid: Jid) -> int:
    group = groups.find(jid)
    if group is None or group.parent != community.id:
        return NOT_FOUND
    if group.is_default:
        return FORBIDDEN
    group.parent = ""
    groups.changed(group)
    why = {"unlink_reason": "unlink_group"}
    tell(groups, community, by, Node("unlink", {"unlink_type": "sub_group", **why}, [_named(group)]))
    tell(groups, group, by, Node("unlink", {"unlink_type": "parent_group", **why}, [_named(community)]))
    return 0


def _named(group: Group) -> Node:
    return Node("group", {"jid": group.jid, "subject": group.subject.text, "s_t": str(group.subject.at)})
