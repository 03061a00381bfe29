"""Telling those who keep a number's device list that it changed."""

from __future__ import annotations

import secrets
import time

from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Node


def announce_devices(network: Network, account: Account) -> None:
    """Have every device that asked for the account's devices drop its copy, so that new ones get messages.

    Clients keep the list for the life of their process: without this, who wrote to a number before would never
    write to a device linked later.
    """
    watchers = network.watchers.pop(account.number, set())
    now = str(int(time.time()))
    for number, device in watchers:
        watcher = network.directory.find(number)
        if watcher is None or device not in watcher.devices:
            continue
        attrs = {"from": account.lid_jid(), "type": "devices", "id": secrets.token_hex(8), "t": now}
        update = Node("update", {"hash": "changed"})
        network.delivery.send((number, device), Node("notification", dict(attrs), [update]))
