"""Profile pictures (w:profile:picture): where they are, for those who may see them, and how they are set."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.people.pictures import Picture, is_jpeg
from sandbox.phones.profile_changes import remove_picture, show_picture
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Jid, Node


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer where the picture of `target` is; nothing when it is the one that the client has already.

    Raises:
        StanzaError: 404 when there is none, 401 when it is hidden.
    """
    asked = iq.need("picture")
    picture = _seen(network, connection, iq.jid("target"))
    if asked.attrs.get("id") == picture.id:
        return []
    kind = str(asked.attrs.get("type", "image"))
    attrs: dict[str, str | Jid] = {"id": picture.id, "type": kind, "hash": picture.hash}
    return [Node("picture", {**attrs, "url": picture.url, "direct_path": picture.path})]


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Show a picture, or with none in it no picture any more; answer the picture's id.

    Raises:
        StanzaError: 406 when it is no JPEG, 403 when it is of somebody else.
    """
    account = connection.account
    target = iq.attrs.get("target", account.lid_jid())
    if not isinstance(target, Jid) or network.directory.resolve(target) is not account:
        raise StanzaError(403, "forbidden")
    picture = iq.child("picture")
    if picture is None:
        remove_picture(network, account, by=connection.address)
        return []
    if not isinstance(picture.content, bytes) or not is_jpeg(picture.content):
        raise StanzaError(406, "not-acceptable")
    return [Node("picture", {"id": show_picture(network, account, picture.content, by=connection.address)})]


def _seen(network: Network, connection: Connection, target: Jid) -> Picture:
    account, viewer = network.directory.resolve(target), connection.account.number
    if account is not None and not network.people.may(account.number, "profile", viewer):
        raise StanzaError(401, "not-authorized")
    if account is not None:
        network.people.meet(account.number, viewer)
    picture = network.pictures.of(account.number if account else str(target))
    if picture is None:
        raise StanzaError(404, "item-not-found")
    return picture
