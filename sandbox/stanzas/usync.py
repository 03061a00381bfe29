"""Who is on WhatsApp, under which hidden id (LID), with which devices."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.people.people import What
from sandbox.stanzas.errors import StanzaError
from sandbox.stanzas.profile import certificate
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import USER_SERVER

_RATE_OVERLIMIT: Final = 429


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer a query about a list of users: each once, with what was asked of it and is known."""
    usync = iq.need("usync")
    queries = [query.tag for query in usync.need("query").children]
    users: dict[Jid, Node] = {}
    for asked in usync.need("list").children:
        answer = _by_contact(network, asked, queries) if "contact" in queries else None
        answer = answer or _by_jid(network, connection, asked, queries)
        users.setdefault(answer.jid("jid"), answer)
    results = [Node(query, {}) for query in queries]
    attrs = {key: value for key, value in usync.attrs.items() if key in ("sid", "mode", "last", "index", "context")}
    return [Node("usync", attrs, [Node("result", {}, results), Node("list", {}, list(users.values()))])]


def _by_contact(network: Network, asked: Node, queries: list[str]) -> Node | None:
    contact = asked.child("contact")
    if contact is None or contact.content is None:
        return None
    query = contact.content.decode() if isinstance(contact.content, bytes) else str(contact.content)
    number = query.split("@", 1)[0].removeprefix("+")
    account = network.directory.find_as_written(number)
    if account is None:
        jid = pn = Jid(number, USER_SERVER)
    else:
        jid, pn = account.lid_jid(), account.pn_jid()
    found = Node("contact", {"type": "out" if account is None else "in"}, query.encode())
    more = _business(network, account) if account and "business" in queries else None
    return Node("user", {"jid": jid, "pn_jid": pn}, [found, more] if more else [found])


def is_lookup(iq: Node) -> bool:
    """Tell whether a query asks who has which number."""
    return _asks(iq, "contact")


def asks_for_devices(iq: Node) -> bool:
    """Tell whether a query asks which devices somebody has."""
    return _asks(iq, "devices")


def _asks(iq: Node, what: str) -> bool:
    usync = iq.child("usync")
    query = usync.child("query") if usync else None
    return query is not None and query.child(what) is not None


def strike_lookup(network: Network, connection: Connection) -> bool:
    """Do to a lookup what a fault says: tell whether it gets no answer at all.

    Raises:
        StanzaError: It is refused.
    """
    if network.faults.strike("ignore_lookups", *connection.address):
        return True
    refusal = network.faults.strike("refuse_lookups", *connection.address)
    if refusal is not None:
        raise StanzaError(refusal.code, "rate-overlimit" if refusal.code == _RATE_OVERLIMIT else "refused")
    return False


def _by_jid(network: Network, connection: Connection, asked: Node, queries: list[str]) -> Node:
    jid = asked.jid("jid")
    account = network.directory.resolve(jid)
    if account is None:
        return Node("user", {"jid": jid}, [Node("contact", {"type": "out"})] if "contact" in queries else [])
    if "devices" in queries and account.sink is None:
        network.watchers.setdefault(account.number, set()).add(connection.address)
    viewer = connection.account.number
    network.people.meet(account.number, viewer)
    said = [_ANSWERS[query](network, account) for query in queries if _is_told(network, account, viewer, query)]
    return Node("user", {"jid": jid}, [node for node in said if node is not None])


def _is_told(network: Network, account: Account, viewer: str, query: str) -> bool:
    what = _PRIVATE.get(query)
    return query in _ANSWERS and (what is None or network.people.may(account.number, what, viewer))


def _lid(_: Network, account: Account) -> Node:
    return Node("lid", {"val": account.lid_jid()})


def _devices(_: Network, account: Account) -> Node:
    devices = [
        Node("device", {"id": str(device), "key-index": str(device)} if device else {"id": "0"})
        for device in account.device_ids()
    ]
    now = str(int(time.time()))
    return Node("devices", {}, [Node("device-list", {}, devices), Node("key-index-list", {"ts": now})])


def _contact(_: Network, account: Account) -> Node:
    return Node("contact", {"type": "in"}, f"+{account.number}".encode())


def _status(network: Network, account: Account) -> Node:
    person = network.people.of(account.number)
    text = f"{account.name or account.number} is testing" if person.about is None else person.about
    return Node("status", {"t": str(person.about_at)}, text.encode())


def _picture(network: Network, account: Account) -> Node | None:
    picture = network.pictures.of(account.number)
    return Node("picture", {"id": picture.id}) if picture else None


def _business(network: Network, account: Account) -> Node | None:
    business = network.people.of(account.number).business
    return certificate(account, business.name) if business else None


def _disappearing(network: Network, account: Account) -> Node:
    person = network.people.of(account.number)
    return Node("disappearing_mode", {"duration": str(person.timer), "t": str(person.timer_at)})


_PRIVATE: Final[dict[str, What]] = {"status": "status", "picture": "profile"}
"""What is told only to those who may see it."""
_ANSWERS: Final[dict[str, Callable[[Network, Account], Node | None]]] = {
    "business": _business,
    "contact": _contact,
    "devices": _devices,
    "disappearing_mode": _disappearing,
    "lid": _lid,
    "picture": _picture,
    "status": _status,
}
