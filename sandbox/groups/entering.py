"""Entering a group by oneself: by its link, by an invitation of one's own, or by asking its admins."""

from __future__ import annotations

import time

from sandbox.groups.errors import GroupError
from sandbox.groups.group import Group, JoinRequest
from sandbox.groups.groups import Groups
from sandbox.groups.membership import MOST_MEMBERS, enter, need_admin
from sandbox.groups.news import tell
from sandbox.groups.outcomes import FULL, NOT_FOUND, Outcome, done, people
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


def join(groups: Groups, account: Account, code: str) -> tuple[Group, bool]:
    """Enter by the link with this code; return the group, and whether one is in, or waits for an admin.

    Raises:
        GroupError: The link leads nowhere (406) or was revoked (410), an admin removed this number (401), it is in
            already (409), or the group is full (419).
    """
    group = groups.linked_by(code)
    if account.number in group.removed:
        raise GroupError(401, "not-authorized")
    _need_room(group, account)
    if not group.approval:
        enter(groups, group, account, [account], "invite")
        return group, True
    if account.number not in group.requests:
        group.requests[account.number] = JoinRequest(int(time.time()))
        groups.changed(group)
        asks = Node("created_membership_requests", {"request_method": "invite_link"}, [_user(account)])
        tell(groups, group, account, asks, group.admins())
    return group, False


def accept(groups: Groups, group: Group, account: Account, code: str, by: Jid) -> None:
    """Enter by the invitation that an admin gave this number.

    Raises:
        GroupError: It is another one, of somebody else, or was withdrawn (406), it is too late (410), one is in
            already (409), or the group is full (419).
    """
    need_invitation(groups, group, account, code, by)
    _need_room(group, account)
    enter(groups, group, account, [account], "invite")


def need_invitation(groups: Groups, group: Group, account: Account, code: str, by: Jid) -> None:
    """Raise GroupError unless a number has this invitation: 406, or 410 when it is too late."""
    offer, admin = group.invited.get(account.number), groups.directory.resolve(by)
    if offer is None or offer.code != code or admin is None or admin.number != offer.by:
        raise GroupError(406, "not-acceptable")
    if offer.expires < time.time():
        raise GroupError(410, "gone")


def withdraw(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Take invitations back; return what became of each.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    outcomes = [
        Outcome(jid, account, 0 if account and group.invited.pop(account.number, None) else NOT_FOUND)
        for jid, account in people(groups, jids)
    ]
    groups.changed(group)
    return outcomes


def approve(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Let people in who asked; return what became of each.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    outcomes = _asked(groups, group, jids)
    enter(groups, group, by, done(outcomes))
    return outcomes


def reject(groups: Groups, group: Group, by: Account, jids: list[Jid]) -> list[Outcome]:
    """Refuse people who asked; return what became of each.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    outcomes = _asked(groups, group, jids)
    if refused := done(outcomes):
        for account in refused:
            del group.requests[account.number]
        groups.changed(group)
        users = [_user(account) for account in refused]
        tell(groups, group, by, Node("revoked_membership_requests", {}, users), group.admins())
    return outcomes


def requests(groups: Groups, group: Group, by: Account) -> list[Node]:
    """Return who asks to be let in, as admins see it.

    Raises:
        GroupError: Only admins may (403).
    """
    need_admin(group, by)
    nodes: list[Node] = []
    for number, request in group.requests.items():
        account = groups.directory.find(number)
        if account is not None:
            how = {"request_time": str(request.at), "request_method": request.method}
            nodes.append(Node("membership_approval_request", _user(account).attrs | how))
    return nodes


def _asked(groups: Groups, group: Group, jids: list[Jid]) -> list[Outcome]:
    return [
        Outcome(jid, account, 0 if account and account.number in group.requests else NOT_FOUND)
        for jid, account in people(groups, jids)
    ]


def _need_room(group: Group, account: Account) -> None:
    if account.number in group.members:
        raise GroupError(409, "conflict")
    if len(group.members) >= MOST_MEMBERS:
        raise GroupError(FULL, "resource-limit")


def _user(account: Account) -> Node:
    return Node("requested_user", {"jid": account.lid_jid(), "phone_number": account.pn_jid()})
