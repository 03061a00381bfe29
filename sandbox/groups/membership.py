"""Who is in a group, and who may decide about others: add, remove, promote, demote, leave."""

from __future__ import annotations

import time
from typing import Final

from sandbox.groups.errors import forbidden
from sandbox.groups.group import Group, Invitation, Role
from sandbox.groups.groups import Groups, new_code
from sandbox.groups.news import tell
from sandbox.groups.nodes import group_node, participant_node
from sandbox.groups.outcomes import BLOCKED, CONFLICT, FORBIDDEN, FULL, NOT_FOUND, Outcome, done, people
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

MOST_MEMBERS: Final = 1024
_INVITED_FOR: Final = 3 * 86_400  # seconds


def add(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Add people; return what became of each.

    Raises:
        GroupError: Only admins may (403).
    """
    if group.adders == "admin_add":
        need_admin(group, by)
    outcomes = invite(groups, group, by, jids)
    enter(groups, group, by, done(outcomes))
    return outcomes


def invite(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Return who of these people may be added; who refuses to be is given an invitation."""
    outcomes: list[Outcome] = []
    for jid, account in people(groups, jids):
        if account is None:
            outcomes.append(Outcome(jid, None, NOT_FOUND))
        elif account.number in group.members:
            outcomes.append(Outcome(jid, account, CONFLICT))
        elif groups.people.blocks(account.number, by.number):
            outcomes.append(Outcome(jid, account, BLOCKED))
        elif not groups.people.may(account.number, "groupadd", by.number):
            offer = Invitation(new_code(), by.number, int(time.time()) + _INVITED_FOR)
            group.invited[account.number] = offer
            outcomes.append(Outcome(jid, account, FORBIDDEN, offer))
        elif len(group.members) + len(done(outcomes)) >= MOST_MEMBERS:
            outcomes.append(Outcome(jid, account, FULL))
        else:
            outcomes.append(Outcome(jid, account))
    groups.changed(group)
    return outcomes


def enter(groups: Groups, group: Group, by: Account, accounts: list[Account], reason: str = "") -> None:
    """Make people members, of a community too, and tell them the whole group and the others who came."""
    if not accounts:
        return
    others, before = list(group.members), group.version
    for account in accounts:
        group.members[account.number] = "member"
        for waiting in (group.requests, group.invited):
            waiting.pop(account.number, None)
        if account.number in group.removed:
            group.removed.remove(account.number)
    groups.changed(group)
    why = {"reason": reason} if reason else {}
    tell(groups, group, by, _changed("add", group, before, accounts, why), others)
    came = [account.number for account in accounts]
    tell(groups, group, by, Node("create", dict(why), [group_node(groups, group)]), came)
    for other in groups.beside(group):
        new = [account for account in accounts if account.number not in other.members]
        enter(groups, other, by, new, "linked_group_join")


def remove(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Remove people, of a community from all its groups; return what became of each. Nobody removes who made it.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    outcomes = _members(groups, group, jids)
    gone = done(outcomes)
    for left in groups.left_with(group):
        left.removed += [account.number for account in gone if account.number in left.members]
        _leave(groups, left, by, gone)
    return outcomes


def leave(groups: Groups, group: Group, account: Account) -> None:
    """Have a member leave, a community with all its groups. When no admin is left, whoever came first becomes one."""
    for left in groups.left_with(group):
        _leave(groups, left, account, [account])


def promote(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Make members admins; return what became of each.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    return _give_role(groups, group, by, jids, "admin")


def demote(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Make admins mere members; return what became of each. Nobody demotes who made the group.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    return _give_role(groups, group, by, jids, "member")


def need_admin(group: Group, account: Account) -> None:
    """Raise GroupError (403) unless `account` is an admin of a group."""
    if not group.is_admin(account.number):
        raise forbidden()


def _members(groups: Groups, group: Group, jids: list[Jid]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for jid, account in people(groups, jids):
        role = group.members.get(account.number) if account else None
        code = NOT_FOUND if role is None else FORBIDDEN if role == "superadmin" else 0
        outcomes.append(Outcome(jid, account, code))
    return outcomes


def _leave(groups: Groups, group: Group, by: Account, accounts: list[Account]) -> None:
    gone = [account for account in accounts if account.number in group.members]
    if not gone:
        return
    told, before = list(group.members), group.version
    for account in gone:
        del group.members[account.number]
    groups.changed(group)
    tell(groups, group, by, _changed("remove", group, before, gone, {}), told)
    if group.members and not group.admins():
        _set_role(groups, group, by, groups.accounts(group)[:1], "admin")


def _give_role(groups: Groups, group: Group, by: Account, jids: list[Jid], role: Role) -> list[Outcome]:
    outcomes = _members(groups, group, jids)
    for half in groups.halves(group):
        _set_role(groups, half, by, done(outcomes), role)
    return outcomes


def _set_role(groups: Groups, group: Group, by: Account, accounts: list[Account], role: Role) -> None:
    changed = [account for account in accounts if group.members.get(account.number, role) != role]
    if not changed:
        return
    before = group.version
    for account in changed:
        group.members[account.number] = role
    groups.changed(group)
    tell(groups, group, by, _changed("demote" if role == "member" else "promote", group, before, changed, {}))


def _changed(tag: str, group: Group, before: int, accounts: list[Account], why: dict[str, str]) -> Node:
    attrs: dict[str, str | Jid] = {"prev_v_id": str(before), "v_id": str(group.version), **why}
    return Node(tag, attrs, [participant_node(account) for account in accounts])
