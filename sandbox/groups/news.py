"""Telling the members of a group what became of it: a notification to every device of each, kept while it is away."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable

from sandbox.groups.group import Group
from sandbox.groups.groups import Groups
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


def tell(  # noqa: PLR0913 - who did what where
    groups: Groups, group: Group, by: Account, what: Node, to: Iterable[str] | None = None, *, kind: str = "w:gp2"
) -> None:
    """Tell `to` (by number; without, all members, whoever did it among them) what `by` did.

    `kind`: the type of the notification.
    """
    attrs: dict[str, str | Jid] = {
        "from": group.jid,
        "type": kind,
        "id": secrets.token_hex(8),
        "t": str(int(time.time())),
        "participant": by.lid_jid(),
        "participant_pn": by.pn_jid(),
        "notify": by.name or by.number,
        "addressing_mode": "lid",
    }
    notification = Node("notification", attrs, [what])
    for number in group.members if to is None else to:
        account = groups.directory.find(number)
        for device in account.devices if account else ():
            groups.delivery.send((number, device), notification)
