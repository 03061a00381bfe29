"""A group as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.groups.group import Group
from sandbox.groups.groups import Groups


def shown(groups: Groups, group: Group) -> dict[str, Any]:
    """Return all that the server knows of a group."""
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
        "requests": [{"number": number, "at": request.at} for number, request in group.requests.items()],
        "invited": [
            {"number": number, "code": offer.code, "by": offer.by, "expires": offer.expires}
            for number, offer in group.invited.items()
        ],
    }
