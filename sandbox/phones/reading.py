"""What the owner of a phone reads there: who wrote it is told, and the phone's own linked devices.

Facts: neonize 0.5.2 has `read` of an own device with the chat beside it as READ and IsFromMe, and `read-self`, which is
never forwarded, where receipts are turned off.
"""

from __future__ import annotations

import time

from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import GROUP_SERVER


def read(network: Network, phone: Account, chat: Jid, author: Account, ids: list[str]) -> None:
    """Have messages of one author read. `chat` is the author, a group, or status posts."""
    reader = phone.lid_jid()
    is_between_two = network.directory.resolve(chat) is not None
    is_hidden = chat.server != GROUP_SERVER and network.people.withholds_receipt(phone.number, author.number, "read")
    attrs: dict[str, str | Jid] = {"id": ids[0], "type": "read", "t": str(int(time.time()))}
    attrs |= (
        {"from": reader} if is_between_two else {"from": chat, "participant": reader, "participant_pn": phone.pn_jid()}
    )
    others = [Node("item", {"id": id_}) for id_ in ids[1:]]
    content = [Node("list", {}, others)] if others else None
    for device in author.devices:
        if not is_hidden:
            network.delivery.send((author.number, device), Node("receipt", dict(attrs), content))
    own = attrs | {"type": "read-self" if is_hidden else "read"}
    if is_between_two:
        own["recipient"] = author.lid_jid()
    for device in phone.devices:
        network.delivery.send((phone.number, device), Node("receipt", own, content))
