"""Questions about newsletters, as queries in JSON, and what was posted in one."""

from __future__ import annotations

import base64
from typing import Any, Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.newsletters.newsletter import Newsletter, Post
from sandbox.people.pictures import is_jpeg
from sandbox.phones.newsletter_news import described, tell_own
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Jid, Node

_LONGEST_NAME: Final = 100
_LONGEST_DESCRIPTION: Final = 2048
"""Characters, as phones let one type."""
_MOST_AT_ONCE: Final = 100


def create(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Make a newsletter."""
    wanted = variables["input"] if "input" in variables else variables["newsletter_input"]
    name, description, picture = str(wanted["name"]), str(wanted.get("description") or ""), wanted.get("picture")
    if not 0 < len(name) <= _LONGEST_NAME or len(description) > _LONGEST_DESCRIPTION:
        raise StanzaError(400, "bad-request")
    jpeg = base64.b64decode(picture) if picture else b""
    if jpeg and not is_jpeg(jpeg):
        raise StanzaError(406, "not-acceptable")
    made = network.newsletters.create(connection.account.number, name, description)
    if jpeg:
        network.pictures.show(str(made.jid), jpeg)
    tell_own(network, connection.account, "join", made)
    return {"xwa2_newsletter_create": described(network, made, connection.account.number)}


def info(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Answer what a newsletter is, by its address or its link."""
    asked = variables["input"]
    key, kind = str(asked["key"]), asked["type"]
    by_link = network.newsletters.invited(key.rpartition("/")[2]) if kind == "INVITE" else None
    found = by_link or _of(network, key.partition("@")[0] if kind == "JID" else "")
    return {"xwa2_newsletter": described(network, found, connection.account.number)}


def followed(network: Network, connection: Connection, _variables: dict[str, Any]) -> dict[str, Any]:
    """Answer all that somebody owns or follows."""
    number = connection.account.number
    return {"xwa2_newsletter_subscribed": [described(network, each, number) for each in network.newsletters.of(number)]}


def follow(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Begin to follow one."""
    newsletter = _named(network, variables)
    network.newsletters.follow(newsletter, connection.account.number)
    tell_own(network, connection.account, "join", newsletter)
    return {"xwa2_newsletter_join_v2": {"id": str(newsletter.jid)}}


def unfollow(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Follow one no longer."""
    newsletter = _named(network, variables)
    if newsletter.role(connection.account.number) == "OWNER":
        raise StanzaError(403, "forbidden")
    network.newsletters.follow(newsletter, connection.account.number, off=True)
    tell_own(network, connection.account, "leave", newsletter)
    return {"xwa2_newsletter_leave_v2": {"id": str(newsletter.jid)}}


def mute(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Hear nothing of one."""
    return _mute(network, connection, variables, off=False)


def unmute(network: Network, connection: Connection, variables: dict[str, Any]) -> dict[str, Any]:
    """Hear of one again."""
    return _mute(network, connection, variables, off=True)


def _mute(network: Network, connection: Connection, variables: dict[str, Any], *, off: bool) -> dict[str, Any]:
    newsletter = _named(network, variables)
    if newsletter.role(connection.account.number) == "GUEST":
        raise StanzaError(403, "forbidden")
    network.newsletters.mute(newsletter, connection.account.number, off=off)
    tell_own(network, connection.account, "mute_change", newsletter)
    return {f"xwa2_newsletter_{'un' if off else ''}mute_v2": {"id": str(newsletter.jid)}}


def posts(network: Network, _connection: Connection, iq: Node) -> list[Node]:
    """Answer what was posted last, or last before some post; newest last."""
    asked = iq.need("messages")
    newsletter = _of(network, asked.jid("jid").user)
    before = int(str(asked.attrs.get("before") or 0)) or None
    older = [post for post in newsletter.posts.values() if before is None or post.server_id < before]
    many = min(int(asked.text("count")), _MOST_AT_ONCE)
    return [Node("messages", {"jid": newsletter.jid}, [_node(post) for post in older[-many:]] if many > 0 else [])]


def _node(post: Post) -> Node:
    attrs: dict[str, str | Jid] = {
        "id": post.id,
        "server_id": str(post.server_id),
        "type": post.type,
        "t": str(post.at),
    }
    reactions = [Node("reaction", {"code": emoji, "count": str(many)}) for emoji, many in post.counts().items()]
    content = [
        Node("plaintext", {"mediatype": post.media_type} if post.media_type else {}, post.body),
        Node("views_count", {"count": "0"}),
        Node("reactions", {}, reactions),
    ]
    return Node("message", attrs, content)


def _named(network: Network, variables: dict[str, Any]) -> Newsletter:
    return _of(network, str(variables["newsletter_id"]).partition("@")[0])


def _of(network: Network, id_: str) -> Newsletter:
    """Return a newsletter; raises StanzaError, 404, when there is none."""
    newsletter = network.newsletters.find(id_)
    if newsletter is None:
        raise StanzaError(404, "item-not-found")
    return newsletter
