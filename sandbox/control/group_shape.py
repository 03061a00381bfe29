"""A group as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.connections.network import Network
from sandbox.groups.group import Group
from sandbox.wire.nodes import Jid
from sandbox.wire.nodes.jid import GROUP_SERVER


def shown(network: Network, group: Group) -> dict[str, Any]:
    """Return all that the server knows of a group."""
    groups, picture = network.groups, network.pictures.of(str(group.jid))
    members = [
        {"number": account.number, "lid": str(account.lid_jid()), "role": group.members[account.number]}
        for account in groups.accounts(group)
    ]
    return {
        "groupJid": str(group.jid),
        "name": group.subject.text,
        "description": group.description.text if group.description else "",
        "creator": group.creator,
        "created": group.created,
        "members": members,
        "announce": group.announce,
        "locked": group.locked,
        "approval": group.approval,
        "adminsAdd": group.adders == "admin_add",
        "seconds": group.timer,
        "picture": {"id": picture.id, "url": picture.url, "size": len(picture.jpeg)} if picture else None,
        "community": group.is_community,
        "parent": str(Jid(group.parent, GROUP_SERVER)) if group.parent else None,
        "announcements": group.is_default,
        "groups": [str(each.jid) for each in groups.of_community(group)],
        "requests": [{"number": number, "at": request.at} for number, request in group.requests.items()],
        "invited": [
            {"number": number, "code": offer.code, "by": offer.by, "expires": offer.expires}
            for number, offer in group.invited.items()
        ],
    }
