"""How groups and their members look on the wire (`w:g2`)."""

from __future__ import annotations

from sandbox.groups.group import Group, Role
from sandbox.groups.groups import Groups
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

Attributes = dict[str, "str | Jid"]


def group_node(groups: Groups, group: Group, *, members: bool = True) -> Node:
    """Return all that a member sees of a group; without `members`, what a stranger with its link sees."""
    content = [
        participant_node(account, group.members[account.number]) for account in groups.accounts(group) if members
    ]
    return Node("group", _attributes(groups, group), [*content, *_description(groups, group), *_settings(group)])


def participant_node(account: Account, role: Role = "member") -> Node:
    """Return a member, named by LID and by number."""
    attrs: Attributes = {"jid": account.lid_jid(), "phone_number": account.pn_jid()}
    if role != "member":
        attrs["type"] = role
    return Node("participant", attrs)


def sub_group_node(groups: Groups, group: Group) -> Node:
    """Return what a member of a community sees of one of its groups."""
    return Node("group", _attributes(groups, group), [Node("default_sub_group")] if group.is_default else None)


def _attributes(groups: Groups, group: Group) -> Attributes:
    attrs: Attributes = {
        "id": group.id,
        "subject": group.subject.text,
        "s_t": str(group.subject.at),
        "creation": str(group.created),
        "size": str(len(group.members)),
        "addressing_mode": "lid",
        "p_v_id": str(group.version),
        "a_v_id": str(group.version),
    }
    for number, name in ((group.creator, "creator"), (group.subject.by, "s_o")):
        account = groups.directory.find(number)
        if account is not None:
            attrs |= {name: account.lid_jid(), f"{name}_pn": account.pn_jid()}
    return attrs


def _description(groups: Groups, group: Group) -> list[Node]:
    said = group.description
    if said is None:
        return []
    attrs: Attributes = {"id": said.id, "t": str(said.at)}
    author = groups.directory.find(said.by)
    if author is not None:
        attrs |= {"participant": author.lid_jid(), "participant_pn": author.pn_jid()}
    return [Node("description", attrs, [Node("body", {}, said.text.encode())])]


def _settings(group: Group) -> list[Node]:
    flags = {
        "announcement": group.announce,
        "locked": group.locked,
        "default_sub_group": group.is_default,
    }
    nodes = [Node(name, {}) for name, is_set in flags.items() if is_set]
    if group.timer:
        nodes.append(Node("ephemeral", {"expiration": str(group.timer)}))
    nodes.append(Node("member_add_mode", {}, group.adders.encode()))
    if group.approval:
        nodes.append(approval_node(on=True))
    if group.is_community:
        nodes.append(Node("parent", {"default_membership_approval_mode": "request_required"}))
    if group.members_make_groups:
        nodes.append(Node("allow_non_admin_sub_group_creation"))
    if group.parent:
        nodes.append(Node("linked_parent", {"jid": Jid(group.parent, "g.us")}))
    return nodes


def approval_node(*, on: bool) -> Node:
    """Return whether who comes by the link waits for an admin."""
    return Node("membership_approval_mode", {}, [Node("group_join", {"state": "on" if on else "off"})])
