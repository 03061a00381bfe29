"""Routes of groups: what there is, and what the owner of a phone (a contact is one, too) does to them there."""

from __future__ import annotations

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.control.errors import account_of, body
from sandbox.control.group_actions import (
    ACTIONS,
    ENTERING,
    GroupAction,
    NewGroup,
    group_of,
    jids_of,
    link_to,
    shown_outcomes,
)
from sandbox.control.group_shape import shown
from sandbox.groups.creation import Wanted, create

_OWNER = "/{owner:phones|contacts}/{number}/groups"


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of groups."""
    table = web.RouteTableDef()
    groups = network.groups

    @table.get("/groups")
    async def everything(_request: web.Request) -> web.Response:
        return web.json_response({"groups": [shown(network, group) for group in groups]})

    @table.get("/groups/{jid}")
    async def one(request: web.Request) -> web.Response:
        return web.json_response(shown(network, group_of(network, request.match_info["jid"])))

    @table.get(_OWNER)
    async def mine(request: web.Request) -> web.Response:
        number = account_of(request, network).number
        return web.json_response({"groups": [shown(network, group) for group in groups.of(number)]})

    @table.post(_OWNER)
    async def make(request: web.Request) -> web.Response:
        account, wanted = account_of(request, network), await body(request, NewGroup)
        group, outcomes = create(
            groups,
            account,
            Wanted(
                subject=wanted.name,
                people=jids_of(wanted.participants),
                announce=wanted.announce,
                locked=wanted.locked,
                approval=wanted.approval,
                adders="admin_add" if wanted.admins_add else "all_member_add",
                timer=wanted.seconds,
                community=wanted.community,
                parent=group_of(network, wanted.parent).jid if wanted.parent else None,
            ),
        )
        answer = {"groupJid": str(group.jid), "inviteLink": link_to(group), "results": shown_outcomes(outcomes)}
        if group.is_community:
            (announcements,) = groups.beside(group)
            answer["announcementsJid"] = str(announcements.jid)
        return web.json_response(answer, status=201)

    @table.post(_OWNER + "/{jid}/{action:" + "|".join(ACTIONS) + "}")
    async def act(request: web.Request) -> web.Response:
        account, wanted = account_of(request, network), await body(request, GroupAction)
        group, action = group_of(network, request.match_info["jid"]), request.match_info["action"]
        if action not in ENTERING:
            groups.need_member(group.jid, account)
        return web.json_response(ACTIONS[action](groups, group, account, wanted))

    return table
