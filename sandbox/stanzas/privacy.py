"""Who may see what of an account, and its other settings: what clients ask for once after login, and change."""

from __future__ import annotations

import secrets
import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.people.person import PRIVACY
from sandbox.phones.profile_changes import set_privacy, set_timer
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Jid, Node

TIMERS: Final = (0, 86_400, 604_800, 7_776_000)
"""Seconds after which messages may disappear: never, a day, a week, 90 days."""
_TOKEN: Final = 16


def get(network: Network, connection: Connection, _iq: Node) -> list[Node]:
    """Answer who may see what; clients send read receipts only when `readreceipts` says so."""
    person = network.people.of(connection.account.number)
    categories = [Node("category", {"name": name, "value": person.setting(name)}) for name in PRIVACY]
    return [Node("privacy", {}, categories)]


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Change settings, or pass on that somebody is trusted.

    Raises:
        StanzaError: 400 for a setting, or a value, that there is not.
    """
    tokens = iq.child("tokens")
    if tokens is not None:
        _trust(network, connection, tokens)
        return []
    categories = iq.need("privacy").children
    settings = {category.text("name"): category.text("value") for category in categories}
    if any(value not in PRIVACY.get(name, ()) for name, value in settings.items()):
        raise StanzaError(400, "bad-request")
    set_privacy(network, connection.account, settings, by=connection.address)
    return [Node("privacy", {}, [Node("category", dict(category.attrs)) for category in categories])]


def _trust(network: Network, connection: Connection, tokens: Node) -> None:
    """Give everybody whom an account trusts a token, which they show when they write to it. Nothing here needs one."""
    account = connection.account
    for token in tokens.children:
        trusted = network.directory.resolve(token.jid("jid"))
        if trusted is None or trusted.sink:
            continue
        attrs: dict[str, str | Jid] = {"type": "trusted_contact", "t": str(token.attrs.get("t", int(time.time())))}
        given = Node("tokens", {}, [Node("token", attrs, secrets.token_bytes(_TOKEN))])
        about: dict[str, str | Jid] = {
            "from": account.pn_jid(),
            "sender_lid": account.lid_jid(),
            "type": "privacy_token",
        }
        for device in trusted.devices:
            told = {**about, "id": secrets.token_hex(8), "t": str(int(time.time()))}
            network.delivery.send((trusted.number, device), Node("notification", told, [given]))


def audience(network: Network, connection: Connection, _iq: Node) -> list[Node]:
    """Answer whom status posts go to."""
    person = network.people.of(connection.account.number)
    listed = [network.directory.find(number) for number in person.audience_list]
    users = [Node("user", {"jid": account.pn_jid()}) for account in listed if account]
    one = Node("list", {"type": person.audience, "default": "true"}, list(users) if person.audience_list else None)
    return [Node("privacy", {}, [one])]


def disappearing(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Set the timer of new chats.

    Raises:
        StanzaError: 400 for one that phones do not offer.
    """
    seconds = iq.need("disappearing_mode").text("duration")
    if not seconds.isdecimal() or int(seconds) not in TIMERS:
        raise StanzaError(400, "bad-request")
    set_timer(network, connection.account, int(seconds), by=connection.address)
    return []


def properties(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    """Answer that there are no experiments."""
    return [Node("props", {"hash": "0", "refresh": "86400"}, [])]
