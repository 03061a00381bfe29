"""Questions about groups (`w:g2`): to one group, or to all of them (`g.us`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups import entering, membership, settings
from sandbox.groups.group import Group
from sandbox.groups.nodes import group_node
from sandbox.groups.outcomes import Outcome
from sandbox.stanzas import communities
from sandbox.stanzas.errors import StanzaError
from sandbox.stanzas.group_creation import create
from sandbox.stanzas.group_parts import is_on, text_of, timer_of
from sandbox.stanzas.picture import shown
from sandbox.wire.nodes import Node
from sandbox.wire.nodes.jid import GROUP_SERVER

_OfAll: TypeAlias = "Callable[[Network, Connection, Node], list[Node]]"
_OfOne: TypeAlias = "Callable[[Network, Connection, Group, Node], list[Node]]"
_OnPeople: TypeAlias = "Callable[..., list[Outcome]]"


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer what a client asks about groups.

    Raises:
        StanzaError: It asked for something else (501).
        GroupError: It is refused.
    """
    return _handle(network, connection, iq, _ASKED_OF_ALL, _ASKED_OF_ONE)


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Do to groups what a client wants.

    Raises:
        StanzaError: It wants something else (501), or says it wrongly (400).
        GroupError: It is refused.
    """
    return _handle(network, connection, iq, _DONE_TO_ALL, _DONE_TO_ONE)


def _handle(
    network: Network, connection: Connection, iq: Node, of_all: dict[str, _OfAll], of_one: dict[str, _OfOne]
) -> list[Node]:
    to = iq.jid("to")
    if to.server != GROUP_SERVER or len(iq.children) != 1:
        raise StanzaError(400, "bad-request")
    (what,) = iq.children
    if not to.user:
        if what.tag not in of_all:
            raise StanzaError(501, "feature-not-implemented")
        return of_all[what.tag](network, connection, what)
    if what.tag not in of_one:
        raise StanzaError(501, "feature-not-implemented")
    is_outside = what.tag == "accept" or (what.tag == "query" and what.child("add_request") is not None)
    groups = network.groups
    group = groups.need(to) if is_outside else groups.need_member(to, connection.account)
    return of_one[what.tag](network, connection, group, what)


def _participating(network: Network, connection: Connection, _: Node) -> list[Node]:
    mine = network.groups.of(connection.account.number)
    return [Node("groups", {}, [group_node(network.groups, group) for group in mine])]


def _look_at_link(network: Network, _: Connection, invite: Node) -> list[Node]:
    group = network.groups.linked_by(invite.text("code"))
    return [group_node(network.groups, group, members=False)]


def _join(network: Network, connection: Connection, invite: Node) -> list[Node]:
    group, is_in = entering.join(network.groups, connection.account, invite.text("code"))
    return [Node("group" if is_in else "membership_approval_request", {"jid": group.jid})]


def _leave(network: Network, connection: Connection, leave: Node) -> list[Node]:
    left = [network.groups.need_member(asked.jid("id"), connection.account) for asked in leave.children]
    if not left:
        raise StanzaError(400, "bad-request")
    for group in left:
        membership.leave(network.groups, group, connection.account)
    return [Node("leave", {}, [Node("group", {"id": group.jid}) for group in left])]


def _query(network: Network, connection: Connection, group: Group, query: Node) -> list[Node]:
    offer = query.child("add_request")
    if offer is None:
        return [group_node(network.groups, group)]
    entering.need_invitation(network.groups, group, connection.account, offer.text("code"), offer.jid("admin"))
    return [group_node(network.groups, group, members=False)]


def _accept(network: Network, connection: Connection, group: Group, accept: Node) -> list[Node]:
    entering.accept(network.groups, group, connection.account, accept.text("code"), accept.jid("admin"))
    return []


def _requests(network: Network, connection: Connection, group: Group, asked: Node) -> list[Node]:
    return [Node(asked.tag, {}, entering.requests(network.groups, group, connection.account))]


def _link(_: Network, connection: Connection, group: Group, __: Node) -> list[Node]:
    return [Node("invite", {"code": settings.link_code(group, connection.account)})]


def _renew_link(network: Network, connection: Connection, group: Group, _: Node) -> list[Node]:
    return [Node("invite", {"code": settings.renew_link(network.groups, group, connection.account)})]


def _pictures(network: Network, connection: Connection, group: Group, asked: Node) -> list[Node]:
    return [Node(asked.tag, {}, shown(network, connection, asked.need("picture"), group.jid))]


def _on_people(act: _OnPeople) -> _OfOne:
    def done(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
        return [_acted(act, network, connection, group, what)]

    return done


def _acted(act: _OnPeople, network: Network, connection: Connection, group: Group, what: Node) -> Node:
    jids = [person.jid("jid") for person in what.children if person.tag == "participant"]
    if not jids or len(jids) != len(what.children):
        raise StanzaError(400, "bad-request")
    outcomes = act(network.groups, group, connection.account, jids)
    return Node(what.tag, {}, [outcome.node() for outcome in outcomes])


def _decide(network: Network, connection: Connection, group: Group, action: Node) -> list[Node]:
    decisions = {"approve": entering.approve, "reject": entering.reject}
    if not action.children or any(part.tag not in decisions for part in action.children):
        raise StanzaError(400, "bad-request")
    return [
        Node(
            action.tag, {}, [_acted(decisions[part.tag], network, connection, group, part) for part in action.children]
        )
    ]


def _subject(network: Network, connection: Connection, group: Group, subject: Node) -> list[Node]:
    settings.set_subject(network.groups, group, connection.account, text_of(subject))
    return []


def _description(network: Network, connection: Connection, group: Group, said: Node) -> list[Node]:
    is_deleted = said.attrs.get("delete") == "true"
    text = "" if is_deleted else text_of(said.need("body"))
    id_ = str(said.attrs.get("id", "")) if is_deleted else said.text("id")
    previous = str(said.attrs.get("prev", ""))
    settings.set_description(network.groups, group, connection.account, text, id_=id_, previous=previous)
    return []


def _announce(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
    settings.set_announce(network.groups, group, connection.account, on=what.tag == "announcement")
    return []


def _locked(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
    settings.set_locked(network.groups, group, connection.account, on=what.tag == "locked")
    return []


def _timer(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
    settings.set_timer(network.groups, group, connection.account, timer_of(what))
    return []


def _adders(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
    mode = text_of(what)
    if mode not in ("admin_add", "all_member_add"):
        raise StanzaError(400, "bad-request")
    settings.set_adders(network.groups, group, connection.account, mode)
    return [Node(what.tag, {}, mode.encode())]


def _approval(network: Network, connection: Connection, group: Group, what: Node) -> list[Node]:
    settings.set_approval(network.groups, group, connection.account, on=is_on(what))
    return [Node(what.tag, {}, [Node("group_join", {"state": "on" if group.approval else "off"})])]


_ASKED_OF_ALL: Final[dict[str, _OfAll]] = {"participating": _participating, "invite": _look_at_link}
_DONE_TO_ALL: Final[dict[str, _OfAll]] = {"create": create, "invite": _join, "leave": _leave}
_ASKED_OF_ONE: Final[dict[str, _OfOne]] = {
    "query": _query,
    "invite": _link,
    "linked_groups_participants": communities.people,
    "membership_approval_requests": _requests,
    "pictures": _pictures,
    "sub_groups": communities.sub_groups,
}
_DONE_TO_ONE: Final[dict[str, _OfOne]] = {
    "accept": _accept,
    "add": _on_people(membership.add),
    "announcement": _announce,
    "demote": _on_people(membership.demote),
    "description": _description,
    "ephemeral": _timer,
    "invite": _renew_link,
    "links": communities.link,
    "locked": _locked,
    "member_add_mode": _adders,
    "membership_approval_mode": _approval,
    "membership_requests_action": _decide,
    "not_announcement": _announce,
    "not_ephemeral": _timer,
    "promote": _on_people(membership.promote),
    "remove": _on_people(membership.remove),
    "revoke": _on_people(entering.withdraw),
    "subject": _subject,
    "unlink": communities.unlink,
    "unlocked": _locked,
}
