"""Telling others, and one's own other devices, what somebody changed about themselves.

Facts: run with neonize 0.5.2. Of all these it turns pictures, the block list and privacy into events, and no others.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping

from sandbox.connections.network import Network
from sandbox.people.people import What
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

Device = tuple[str, int]


def say_about(network: Network, account: Account, text: str, by: Device | None = None) -> None:
    """Have somebody say this about themselves, by a device of theirs or (None) by the phone."""
    network.people.say(account.number, text)
    _tell_people(network, account, "status", "status", Node("set", {}, text.encode()))
    tell_own(network, account, Node("status", {}), but=by)


def show_picture(network: Network, account: Account, jpeg: bytes, by: Device | None = None, id_: str = "") -> str:
    """Have somebody show this picture; return its id. A number cannot have the picture of another id at once."""
    picture = network.pictures.show(account.number, jpeg, id_)
    attrs: dict[str, str | Jid] = {"jid": account.lid_jid(), "id": picture.id, "author": account.lid_jid()}
    _tell_people(network, account, "picture", "profile", Node("set", attrs))
    tell_own(network, account, Node("picture", {}), but=by)
    return picture.id


def remove_picture(network: Network, account: Account, by: Device | None = None) -> None:
    """Have somebody show no picture any more."""
    network.pictures.remove(account.number)
    attrs: dict[str, str | Jid] = {"jid": account.lid_jid(), "author": account.lid_jid()}
    _tell_people(network, account, "picture", "profile", Node("delete", attrs))
    tell_own(network, account, Node("picture", {}), but=by)


def set_privacy(network: Network, account: Account, settings: Mapping[str, str], by: Device | None = None) -> None:
    """Have somebody let others see more or less of them."""
    network.people.set_privacy(account.number, settings)
    categories = [Node("category", {"name": name, "value": value}) for name, value in settings.items()]
    tell_own(network, account, Node("privacy", {}, categories), but=by)


def set_timer(network: Network, account: Account, seconds: int, by: Device | None = None) -> None:
    """Have messages in somebody's new chats disappear after so many seconds."""
    network.people.set_timer(account.number, seconds)
    now = str(network.people.of(account.number).timer_at)
    tell_own(network, account, Node("disappearing_mode", {"duration": str(seconds), "t": now}), but=by)


def block(network: Network, account: Account, other: Account, *, off: bool = False) -> None:
    """Have somebody block or unblock another; all their devices are told."""
    before = list_hash(network, account)
    network.people.block(account.number, other.number, off=off)
    item = Node("item", {"jid": other.lid_jid(), "action": "unblock" if off else "block"})
    attrs: dict[str, str | Jid] = {"action": "modify", "dhash": list_hash(network, account), "prev_dhash": before}
    tell_own(network, account, Node("blocklist", attrs, [item]))


def list_hash(network: Network, account: Account) -> str:
    """Return what tells one block list from another."""
    return hashlib.sha256(",".join(network.people.of(account.number).blocked).encode()).hexdigest()[:16]


def tell_own(network: Network, account: Account, what: Node, but: Device | None = None) -> None:
    """Tell every device of an account, `but` one, that the account's settings changed."""
    for device in account.devices:
        to = (account.number, device)
        if to != but:
            network.delivery.send(to, _notification(account.pn_jid(), "account_sync", what))


def _tell_people(network: Network, account: Account, type_: str, setting: What, what: Node) -> None:
    for number in network.people.met(account.number):
        other = network.directory.find(number)
        if other is None or not network.people.may(account.number, setting, number):
            continue
        for device in other.devices:
            network.delivery.send((number, device), _notification(account.lid_jid(), type_, what))


def _notification(sender: Jid, type_: str, what: Node) -> Node:
    now = str(int(time.time()))
    return Node("notification", {"from": sender, "type": type_, "id": secrets.token_hex(8), "t": now}, [what])
