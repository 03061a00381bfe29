"""Messages to a newsletter: not encrypted, numbered, and passed to everybody who reads it."""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.newsletters.newsletter import Newsletter
from sandbox.phones.newsletter_news import DELETED, EDITED, pass_on
from sandbox.wire.nodes import Jid, Node, NodeError


def handle(network: Network, connection: Connection, message: Node) -> None:
    """Take a message, an edit, a deletion or a reaction, and acknowledge it.

    Refused with 404 where there is no such newsletter, with 403 where only its owner may, or only who reads it.
    """
    to, id_ = message.jid("to"), message.text("id")
    frame = network.journal.frame(connection.address, id_, str(to), duplicate=False, retry=False)
    frame.type, frame.edit = str(message.attrs.get("type", "")), str(message.attrs.get("edit", ""))
    frame.tags = tuple(child.tag for child in message.children)
    newsletter = network.newsletters.find(to.user)
    number, error = connection.account.number, ""
    if newsletter is None:
        error = "404"
    elif newsletter.role(number) == "GUEST" or (frame.type != "reaction" and newsletter.role(number) != "OWNER"):
        error = "403"
    elif rejecting := network.faults.strike("reject_messages", *connection.address):
        error = str(rejecting.code)
    attrs: dict[str, str | Jid] = {"class": "message", "id": id_, "from": to, "t": str(int(time.time()))}
    if newsletter is None or error:
        connection.post(Node("ack", attrs | {"error": error}))
        return
    dropping = network.faults.strike("drop_acks", *connection.address)
    if dropping and not dropping.deliver:
        return
    take = _react if frame.type == "reaction" else _post
    server_id = take(network, connection, newsletter, message)
    frame.delivered = True
    if not dropping:
        connection.post(Node("ack", attrs | {"server_id": str(server_id)}))
        frame.acked = True


def _post(network: Network, connection: Connection, newsletter: Newsletter, message: Node) -> int:
    """Post something, once, or change what was posted with the same id; return its number."""
    plaintext, id_, edit = message.need("plaintext"), message.text("id"), str(message.attrs.get("edit", ""))
    body = plaintext.content if isinstance(plaintext.content, bytes) else b""
    posts, found = network.newsletters, newsletter.post(id_)
    if found is None:
        if edit:
            raise NodeError(f"nothing was posted with the id {id_}")
        media_type = str(plaintext.attrs.get("mediatype", ""))
        found = posts.post(newsletter, id_, message.text("type"), body, media_type)
    elif edit == EDITED:
        posts.edit(newsletter, found, body)
    elif edit == DELETED:
        posts.remove(newsletter, found.server_id)
    else:
        return found.server_id
    pass_on(network, newsletter, found, edit, but=connection.address)
    return found.server_id


def _react(network: Network, connection: Connection, newsletter: Newsletter, message: Node) -> int:
    """Put an emoji on a post, or take it back; nobody is told at once."""
    server_id = int(message.text("server_id"))
    post = newsletter.posts.get(server_id)
    emoji = message.need("reaction").attrs.get("code", "")
    if post is not None:
        network.newsletters.react(newsletter, post, connection.account.number, str(emoji))
    return server_id
