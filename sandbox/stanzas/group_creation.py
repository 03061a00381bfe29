"""`<create>`: a client makes a group, or a community."""

from __future__ import annotations

from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups import creation
from sandbox.groups.creation import Wanted
from sandbox.groups.group import AddMode
from sandbox.groups.nodes import group_node
from sandbox.stanzas.errors import StanzaError
from sandbox.stanzas.group_parts import is_on, text_of, timer_of
from sandbox.wire.nodes import Node

_PARTS: Final = frozenset({
    "participant", "member_add_mode", "ephemeral", "membership_approval_mode", "announcement", "locked", "description",
    "parent", "linked_parent", "allow_non_admin_sub_group_creation", "create_general_chat",
})  # fmt: skip


def create(network: Network, connection: Connection, asked: Node) -> list[Node]:
    """Make a group; who could not be added is in the answer, with the error.

    Raises:
        StanzaError: It has a part that is none (400).
        GroupError: It is refused.
    """
    if any(part.tag not in _PARTS for part in asked.children):
        raise StanzaError(400, "bad-request")
    group, outcomes = creation.create(network.groups, connection.account, _wanted(asked))
    node = group_node(network.groups, group)
    refused = [outcome.node() for outcome in outcomes if outcome.code]
    return [Node("group", node.attrs, [*node.children, *refused])]


def _wanted(asked: Node) -> Wanted:
    approval, timer = asked.child("membership_approval_mode"), asked.child("ephemeral")
    parent, said = asked.child("linked_parent"), asked.child("description")
    return Wanted(
        subject=asked.text("subject"),
        people=[person.jid("jid") for person in asked.children if person.tag == "participant"],
        key=str(asked.attrs.get("key", "")),
        announce=asked.child("announcement") is not None,
        locked=asked.child("locked") is not None,
        approval=approval is not None and is_on(approval),
        adders=_adders(asked),
        timer=timer_of(timer) if timer else 0,
        description=(said.text("id"), text_of(said.need("body"))) if said and said.need("body").content else None,
        parent=parent.jid("jid") if parent else None,
        community=asked.child("parent") is not None,
        members_make_groups=asked.child("allow_non_admin_sub_group_creation") is not None,
        general=asked.child("create_general_chat") is not None,
    )


def _adders(asked: Node) -> AddMode:
    mode = asked.child("member_add_mode")
    said = text_of(mode) if mode else "all_member_add"
    if said not in ("admin_add", "all_member_add"):
        raise StanzaError(400, "bad-request")
    return said
