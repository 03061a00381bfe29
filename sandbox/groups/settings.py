"""What a group says of itself, and what is allowed in it."""

from __future__ import annotations

import time
from typing import Final

from sandbox.groups.errors import GroupError, forbidden
from sandbox.groups.group import AddMode, Description, Group, Subject
from sandbox.groups.groups import Groups, new_code
from sandbox.groups.membership import need_admin
from sandbox.groups.news import tell
from sandbox.groups.nodes import approval_node
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

LONGEST_SUBJECT: Final = 100  # characters
_LONGEST_DESCRIPTION: Final = 2048
_TIMERS: Final = (0, 86_400, 604_800, 7_776_000)


def checked_subject(text: str) -> str:
    """Return a name that groups may have.

    Raises:
        GroupError: It is empty or too long (406).
    """
    if not text or len(text) > LONGEST_SUBJECT:
        raise GroupError(406, "not-acceptable")
    return text


def set_subject(groups: Groups, group: Group, by: Account, text: str) -> None:
    """Give a group another name. Raises GroupError: 403, or 406 for a name that is none."""
    need_hand(group, by)
    group.subject = Subject(checked_subject(text), int(time.time()), by.number)
    groups.changed(group)
    said: dict[str, str | Jid] = {"subject": text, "s_t": str(group.subject.at)}
    tell(groups, group, by, Node("subject", said | {"s_o": by.lid_jid(), "s_o_pn": by.pn_jid()}))


def set_description(  # noqa: PLR0913 - which it was, which it is
    groups: Groups, group: Group, by: Account, text: str, *, id_: str, previous: str
) -> None:
    """Say what a group is about; without `text`, nothing any more.

    Raises:
        GroupError: 403; `previous` is not the id of what it says now (409); the text is too long (406).
    """
    need_hand(group, by)
    if previous != (group.description.id if group.description else ""):
        raise GroupError(409, "conflict")
    if len(text) > _LONGEST_DESCRIPTION:
        raise GroupError(406, "not-acceptable")
    group.description = Description(id_, text, int(time.time()), by.number) if text else None
    groups.changed(group)
    content = Node("body", {}, text.encode()) if text else Node("delete", {})
    tell(groups, group, by, Node("description", {"id": id_}, [content]))


def set_announce(groups: Groups, group: Group, by: Account, *, on: bool) -> None:
    """Let only admins write, or everybody. Raises GroupError (403): not where a community announces things, either."""
    need_admin(group, by)
    if group.is_default and not on:
        raise forbidden()
    if on != group.announce:
        group.announce = on
        groups.changed(group)
        tell(groups, group, by, Node("announcement" if on else "not_announcement", {"v_id": str(group.version)}))


def set_locked(groups: Groups, group: Group, by: Account, *, on: bool) -> None:
    """Let only admins change what the group says of itself, or everybody. Raises GroupError (403)."""
    need_admin(group, by)
    if on != group.locked:
        group.locked = on
        groups.changed(group)
        tell(groups, group, by, Node("locked" if on else "unlocked"))


def set_timer(groups: Groups, group: Group, by: Account, seconds: int) -> None:
    """Let messages disappear after so many seconds; 0: never. Raises GroupError: 403, 406."""
    need_hand(group, by)
    if seconds not in _TIMERS:
        raise GroupError(406, "not-acceptable")
    if seconds != group.timer:
        group.timer = seconds
        groups.changed(group)
        how = Node("ephemeral", {"expiration": str(seconds)}) if seconds else Node("not_ephemeral")
        tell(groups, group, by, how)


def set_adders(groups: Groups, group: Group, by: Account, mode: AddMode) -> None:
    """Let only admins add people, or everybody. Raises GroupError (403)."""
    need_admin(group, by)
    if mode != group.adders:
        group.adders = mode
        groups.changed(group)
        tell(groups, group, by, Node("member_add_mode", {}, mode.encode()))


def set_approval(groups: Groups, group: Group, by: Account, *, on: bool) -> None:
    """Have who comes by the link wait for an admin, or not. Raises GroupError (403)."""
    need_admin(group, by)
    if on != group.approval:
        group.approval = on
        groups.changed(group)
        tell(groups, group, by, approval_node(on=on))


def link_code(group: Group, by: Account) -> str:
    """Return the code of the group's link. Raises GroupError: only admins see it (401)."""
    if not group.is_admin(by.number):
        raise GroupError(401, "not-authorized")
    return group.code


def renew_link(groups: Groups, group: Group, by: Account) -> str:
    """Revoke the group's link and return the code of the next. Raises GroupError: only admins may (401)."""
    group.revoked.append(link_code(group, by))
    group.code = new_code()
    groups.changed(group)
    tell(groups, group, by, Node("invite", {"code": group.code}))
    return group.code


def need_hand(group: Group, account: Account) -> None:
    """Raise GroupError (403) unless `account` may change what a group says of itself."""
    if account.number not in group.members or (group.locked and not group.is_admin(account.number)):
        raise forbidden()
