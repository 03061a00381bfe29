"""Questions about communities: which groups and people are in one, and which groups are to be."""

from __future__ import annotations

from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups import communities
from sandbox.groups.errors import GroupError
from sandbox.groups.group import Group
from sandbox.groups.nodes import participant_node, sub_group_node
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Jid, Node

_SUB_GROUP: Final = "sub_group"
_WORDS: Final = {403: "forbidden", 404: "item-not-found", 409: "conflict"}


def sub_groups(network: Network, _: Connection, community: Group, asked: Node) -> list[Node]:
    """Answer which groups a community has. Raises GroupError: it is none (400)."""
    communities.need_community(community)
    groups = network.groups
    return [Node(asked.tag, {}, [sub_group_node(groups, group) for group in groups.of_community(community)])]


def people(network: Network, _: Connection, community: Group, asked: Node) -> list[Node]:
    """Answer who is in a community. Raises GroupError: it is none (400)."""
    communities.need_community(community)
    return [Node(asked.tag, {}, [participant_node(account) for account in network.groups.accounts(community)])]


def link(network: Network, connection: Connection, community: Group, links: Node) -> list[Node]:
    """Put groups into a community; each that could not be is in the answer with the error.

    Raises:
        StanzaError: It is said wrongly (400).
        GroupError: None could be, with the first one's error; or one may not at all.
    """
    asked = links.need("link")
    if asked.text("link_type") != _SUB_GROUP:
        raise StanzaError(400, "bad-request")
    outcomes = communities.link(network.groups, community, connection.account, _groups_in(asked))
    return [Node(links.tag, {}, [Node(asked.tag, dict(asked.attrs), _nodes(outcomes))])]


def unlink(network: Network, connection: Connection, community: Group, asked: Node) -> list[Node]:
    """Take groups out of a community; answers and raises as `link`."""
    if asked.text("unlink_type") != _SUB_GROUP:
        raise StanzaError(400, "bad-request")
    outcomes = communities.unlink(network.groups, community, connection.account, _groups_in(asked))
    return [Node(asked.tag, dict(asked.attrs), _nodes(outcomes))]


def _groups_in(asked: Node) -> list[Jid]:
    jids = [group.jid("jid") for group in asked.children]
    if not jids:
        raise StanzaError(400, "bad-request")
    return jids


def _nodes(outcomes: list[tuple[Jid, int]]) -> list[Node]:
    if all(code for _, code in outcomes):
        raise GroupError(outcomes[0][1], _WORDS[outcomes[0][1]])
    return [Node("group", {"jid": jid} | ({"error": str(code)} if code else {})) for jid, code in outcomes]
