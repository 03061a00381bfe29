"""Pictures of people and groups (w:profile:picture): where they are, for who may see them, and how they are set."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups import picture as group_picture
from sandbox.groups.group import Group
from sandbox.people.pictures import Picture, is_jpeg
from sandbox.phones.profile_changes import remove_picture, show_picture
from sandbox.stanzas.errors import StanzaError
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import GROUP_SERVER


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer where the picture of `target` is; nothing when it is the one that the client has already.

    Raises:
        StanzaError: 404 when there is none, 401 when it is hidden.
    """
    return shown(network, connection, iq.need("picture"), iq.jid("target"))


def shown(network: Network, connection: Connection, asked: Node, target: Jid) -> list[Node]:
    """Return where the picture of `target` is; nothing when it is the one that `asked` names.

    Raises:
        StanzaError: 404 when there is none, 401 when it is hidden.
    """
    picture = _seen(network, connection, target)
    if asked.attrs.get("id") == picture.id:
        return []
    kind = str(asked.attrs.get("type", "image"))
    attrs: dict[str, str | Jid] = {"id": picture.id, "type": kind, "hash": picture.hash}
    return [Node("picture", {**attrs, "url": picture.url, "direct_path": picture.path})]


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Show a picture, or with none in it no picture any more; answer the picture's id.

    Raises:
        StanzaError: 406 when it is no JPEG, 403 when it is of somebody else.
        GroupError: It is of a group in which one may not (403), or of none (404).
    """
    account = connection.account
    target = iq.attrs.get("target", account.lid_jid())
    picture = iq.child("picture")
    jpeg = None if picture is None else _jpeg_in(picture)
    if isinstance(target, Jid) and target.server == GROUP_SERVER:
        id_ = _set_of_group(network, account, network.groups.need_member(target, account), jpeg)
    elif not isinstance(target, Jid) or network.directory.resolve(target) is not account:
        raise StanzaError(403, "forbidden")
    elif jpeg is None:
        id_ = ""
        remove_picture(network, account, by=connection.address)
    else:
        id_ = show_picture(network, account, jpeg, by=connection.address)
    return [Node("picture", {"id": id_})] if id_ else []


def _set_of_group(network: Network, account: Account, group: Group, jpeg: bytes | None) -> str:
    if jpeg is None:
        group_picture.remove(network.groups, network.pictures, group, account)
        return ""
    return group_picture.show(network.groups, network.pictures, group, account, jpeg).id


def _jpeg_in(picture: Node) -> bytes:
    if not isinstance(picture.content, bytes) or not is_jpeg(picture.content):
        raise StanzaError(406, "not-acceptable")
    return picture.content


def _seen(network: Network, connection: Connection, target: Jid) -> Picture:
    account, viewer = network.directory.resolve(target), connection.account.number
    if account is not None and not network.people.may(account.number, "profile", viewer):
        raise StanzaError(401, "not-authorized")
    if account is not None:
        network.people.meet(account.number, viewer)
    group = network.groups.find(target)
    if group is not None and viewer not in group.members:
        raise StanzaError(401, "not-authorized")
    picture = network.pictures.of(account.number if account else str(target))
    if picture is None:
        raise StanzaError(404, "item-not-found")
    return picture
