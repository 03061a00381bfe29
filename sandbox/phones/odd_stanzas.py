"""Stanzas that neonize 0.5.2, as it comes, cannot show: its task ends, and its socket acknowledges what nobody sees.

WhatsApp may send any of them on any day, as words are added to its protocol. Each was run against the library.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import SERVER, Jid, Node
from sandbox.wire.nodes.jid import GROUP_SERVER, LID_SERVER

_SOMEBODY: Final = Jid("899999999999999", LID_SERVER)
_GROUP: Final = Jid("120363999999999999", GROUP_SERVER)
_NEWSLETTER: Final = "120363999999999998@newsletter"
_PASSING: Final = "chatstate"
"""What is worth nothing later; all else waits until the device acknowledged it, as on WhatsApp."""


def send(network: Network, connection: Connection, name: str) -> None:
    """Send the odd stanza of this name to a device."""
    stanza = ODD[name](connection.account)
    if stanza.tag == _PASSING:
        network.delivery.send_if_there(connection.address, stanza)
    else:
        network.delivery.send(connection.address, stanza)


def _chatstate(state: Node) -> Callable[[Account], Node]:
    return lambda _: Node("chatstate", {"from": _SOMEBODY}, [state])


def _receipt(type_: str) -> Callable[[Account], Node]:
    def made(_: Account) -> Node:
        attrs = {"from": _SOMEBODY, "id": secrets.token_hex(8).upper(), "t": _now(), "type": type_}
        return Node("receipt", attrs)

    return made


def _blocklist(action: str, item: str) -> Callable[[Account], Node]:
    def made(account: Account) -> Node:
        changed = Node("item", {"jid": _SOMEBODY, "action": item})
        hashes = {"dhash": "odd", "prev_dhash": "0"}
        return _notification(
            account.pn_jid(), "account_sync", Node("blocklist", {"action": action, **hashes}, [changed])
        )

    return made


def _group_link(tag: str) -> Callable[[Account], Node]:
    def made(_: Account) -> Node:
        group = Node("group", {"jid": _GROUP, "subject": "odd", "s_t": _now()})
        kind = {"link_type": "odd"} if tag == "link" else {"unlink_type": "odd", "unlink_reason": "odd"}
        return _notification(_GROUP, "w:gp2", Node(tag, dict(kind), [group]), participant=_SOMEBODY)

    return made


def _newsletter(operation: str, key: str, said: dict[str, str]) -> Callable[[Account], Node]:
    def made(_: Account) -> Node:
        data = {"data": {key: {"id": _NEWSLETTER, **said}}}
        return _notification(SERVER, "mex", Node("update", {"op_name": operation}, json.dumps(data).encode()))

    return made


def _notification(from_: Jid, type_: str, child: Node, **more: Jid) -> Node:
    attrs: dict[str, str | Jid] = {"from": from_, "type": type_, "id": secrets.token_hex(8), "t": _now(), **more}
    return Node("notification", attrs, [child])


def _now() -> str:
    return str(int(time.time()))


ODD: Final[dict[str, Callable[[Account], Node]]] = {
    "chatstate": _chatstate(Node("recording")),
    "chatstate_media": _chatstate(Node("composing", {"media": "video"})),
    "receipt_server_error": _receipt("server-error"),
    "receipt_view": _receipt("view"),
    "receipt_unknown": _receipt("odd"),
    "blocklist_action": _blocklist("odd", "block"),
    "blocklist_item": _blocklist("modify", "odd"),
    "group_link": _group_link("link"),
    "group_unlink": _group_link("unlink"),
    "newsletter_role": _newsletter("NotificationNewsletterLeave", "xwa2_notify_newsletter_on_leave", {"role": "ODD"}),
    "newsletter_mute": _newsletter(
        "NotificationNewsletterMuteChange", "xwa2_notify_newsletter_on_mute_change", {"mute": "ODD"}
    ),
}
"""By name. The codes of bans that it cannot show are a fault of their own (`ban` with 105 or 107)."""
