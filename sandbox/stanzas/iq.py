"""Questions (iq): which module answers which, and how answers and refusals look."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeAlias

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups.errors import GroupError
from sandbox.phones.endings import strike_after_login
from sandbox.phones.greeting import greet
from sandbox.phones.phones import unlink
from sandbox.stanzas import (
    app_state,
    blocklist,
    encrypt,
    groups,
    link_code,
    media_conn,
    mex,
    newsletters,
    picture,
    privacy,
    profile,
    usync,
)
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import SERVER, Jid, Node, NodeError

_UNKNOWN: Final = 501
Answer: TypeAlias = "Callable[[Network, Connection, Node], list[Node]]"


def handle(network: Network, connection: Connection, iq: Node) -> None:
    """Answer a question, or take the client's answer to one of the server's."""
    kind = iq.text("type")
    if kind in ("result", "error"):
        connection.answered(iq)
        return
    namespace = iq.attrs.get("xmlns", "")
    if namespace == "w:p" and connection.is_logged_in:
        if not network.faults.strike("ignore_keepalive", *connection.address):
            _reply(connection, iq, "result", [], {"t": str(int(time.time()))})
        return
    try:
        if _goes_unanswered(network, connection, iq):
            return
        content = _ANSWERS.get((str(namespace), kind), _unknown)(network, connection, iq)
    except (StanzaError, GroupError) as error:
        _refuse(network, connection, iq, error)
    except NodeError:
        _refuse(network, connection, iq, StanzaError(400, "bad-request"))
    else:
        _reply(connection, iq, "result", content)
        if namespace == "passive" and iq.child("active"):
            network.delivery.activate(connection)
            greet(network, connection.account, connection.device.id)
            strike_after_login(network, connection)
        elif namespace == "md" and iq.child("remove-companion-device"):
            unlink(network, connection.account, connection.device.id, by_phone=False)


def _goes_unanswered(network: Network, connection: Connection, iq: Node) -> bool:
    """Tell whether a fault swallows a question. Raises StanzaError: one refuses it."""
    if usync.is_lookup(iq):
        return usync.strike_lookup(network, connection)
    if usync.asks_for_devices(iq):
        return network.faults.strike("ignore_devices", *connection.address) is not None
    if encrypt.asks_for_keys(iq):
        return network.faults.strike("ignore_pre_keys", *connection.address) is not None
    return False


def _reply(
    connection: Connection, iq: Node, kind: str, content: list[Node], more: dict[str, str] | None = None
) -> None:
    to = iq.attrs.get("to", SERVER)
    attrs: dict[str, str | Jid] = {"from": to, "type": kind, "id": iq.text("id"), **(more or {})}
    connection.post(Node("iq", attrs, list(content) or None))


def _refuse(network: Network, connection: Connection, iq: Node, error: StanzaError | GroupError) -> None:
    _reply(connection, iq, "error", [Node("error", {"code": str(error.code), "text": error.text})])
    if error.code == _UNKNOWN:
        _note(network, connection, iq)


def _note(network: Network, connection: Connection, iq: Node) -> None:
    """Note what was asked in vain; a query in JSON is known by its number alone."""
    by = connection.address if connection.is_logged_in else None
    tags = tuple(" ".join((child.tag, str(child.attrs.get("query_id", "")))).strip() for child in iq.children)
    network.unknown.add(str(iq.attrs.get("xmlns", "")), iq.text("type"), tags, str(iq.attrs.get("to", "")), by)


def _unknown(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    raise StanzaError(_UNKNOWN, "feature-not-implemented")


def _done(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    return []


def _md(network: Network, connection: Connection, iq: Node) -> list[Node]:
    registration = iq.child("link_code_companion_reg")
    if registration is not None:
        return link_code.handle(network, connection, registration)
    if iq.child("remove-companion-device") is not None and connection.is_logged_in:
        return []
    raise StanzaError(400, "bad-request")


def _encrypt_set(network: Network, connection: Connection, iq: Node) -> list[Node]:
    return (encrypt.rotate if iq.child("rotate") else encrypt.set_)(network, connection, iq)


_ANSWERS: Final[dict[tuple[str, str], Answer]] = {
    ("encrypt", "get"): encrypt.get,
    ("encrypt", "set"): _encrypt_set,
    ("usync", "get"): usync.get,
    ("md", "set"): _md,
    ("passive", "set"): _done,
    ("newsletter", "get"): newsletters.posts,
    ("privacy", "get"): privacy.get,
    ("privacy", "set"): privacy.set_,
    ("blocklist", "get"): blocklist.get,
    ("blocklist", "set"): blocklist.set_,
    ("disappearing_mode", "set"): privacy.disappearing,
    ("status", "get"): privacy.audience,
    ("status", "set"): profile.about,
    ("w:biz", "get"): profile.business,
    ("w:mex", "get"): mex.get,
    ("w:g2", "get"): groups.get,
    ("w:g2", "set"): groups.set_,
    ("w:p", "get"): _done,
    ("w:profile:picture", "get"): picture.get,
    ("w:profile:picture", "set"): picture.set_,
    ("w:qr", "get"): profile.linked,
    ("w:qr", "set"): profile.link,
    ("urn:xmpp:whatsapp:dirty", "set"): _done,
    ("urn:xmpp:whatsapp:push", "set"): _done,
    ("w:sync:app:state", "set"): app_state.set_,
    ("w:m", "set"): media_conn.set_,
    ("w", "get"): privacy.properties,
    ("abt", "get"): privacy.properties,
}
