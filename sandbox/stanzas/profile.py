"""What people say of themselves: the text about them, the link by which others find them, what a business is."""

from __future__ import annotations

from typing import Any, Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.phones.profile_changes import say_about
from sandbox.stanzas.errors import StanzaError
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.protobufs import vname_cert

_LONGEST_ABOUT: Final = 139
"""Characters, as phones let one type."""


def about_by_mex(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Set the text about oneself as neonize 0.5.2 does (query 9152604461510864)."""
    _set_about(network, connection, str(variables["input"]["text"]))
    return {}


def about(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Set the text about oneself as Baileys does."""
    content = iq.need("status").content
    _set_about(network, connection, content.decode() if isinstance(content, bytes) else str(content or ""))
    return []


def _set_about(network: Network, connection: Connection, text: str) -> None:
    if len(text) > _LONGEST_ABOUT:
        raise StanzaError(406, "not-acceptable")
    say_about(network, connection.account, text, by=connection.address)


def link(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer the code of the account's own link, a new one when the last is revoked."""
    qr = iq.need("qr")
    if qr.attrs.get("type") != "contact" or qr.attrs.get("action") not in ("get", "revoke"):
        raise StanzaError(400, "bad-request")
    code = network.people.link(connection.account.number, anew=qr.attrs["action"] == "revoke")
    return [Node("qr", {"code": code, "type": "contact"})]


def linked(network: Network, _connection: Connection, iq: Node) -> list[Node]:
    """Answer whose link has this code.

    Raises:
        StanzaError: 404 when nobody's has it.
    """
    number = network.people.linked(iq.need("qr").text("code"))
    account = network.directory.find(number) if number else None
    if account is None:
        raise StanzaError(404, "item-not-found")
    attrs: dict[str, str | Jid] = {"jid": account.pn_jid(), "type": "contact", "notify": account.name}
    return [Node("qr", attrs)]


def business(network: Network, _connection: Connection, iq: Node) -> list[Node]:
    """Answer what a business says of itself, as Baileys asks for it; neonize 0.5.2 cannot. Nothing of who is none."""
    profiles: list[Node] = []
    for asked in iq.need("business_profile").children:
        jid = asked.jid("jid")
        account = network.directory.resolve(jid)
        shown = network.people.of(account.number).business if account else None
        if shown:
            fields = {"description": shown.description, "address": shown.address, "email": shown.email}
            content = [Node(name, {}, text.encode()) for name, text in fields.items() if text]
            profiles.append(Node("profile", {"jid": jid}, list(content)))
    return [Node("business_profile", {}, profiles)]


def certificate(account: Account, name: str) -> Node:
    """Return the verified name of a business: a certificate, here without a signature."""
    details = vname_cert.VerifiedNameCertificate.Details(
        serial=int(account.lid), issuer="smb:wa", verifiedName=name
    ).SerializeToString()
    certified = vname_cert.VerifiedNameCertificate(details=details).SerializeToString()
    attrs: dict[str, str | Jid] = {"v": "2", "verified_level": "unknown"}
    return Node("business", {}, [Node("verified_name", attrs, certified)])
