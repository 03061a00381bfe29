"""What questions about groups are made of."""

from __future__ import annotations

from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node


def text_of(node: Node) -> str:
    """Return the words in a node.

    Raises:
        StanzaError: There are none, or they are no text (400).
    """
    if isinstance(node.content, str):
        return node.content
    if not isinstance(node.content, bytes):
        raise StanzaError(400, "bad-request")
    try:
        return node.content.decode()
    except UnicodeDecodeError as error:
        raise StanzaError(400, "bad-request") from error


def timer_of(node: Node) -> int:
    """Return the seconds that `<ephemeral expiration>` says; of `<not_ephemeral>`, 0.

    Raises:
        StanzaError: It is no number (400).
    """
    if node.tag == "not_ephemeral":
        return 0
    seconds = node.text("expiration")
    if not seconds.isdecimal():
        raise StanzaError(400, "bad-request")
    return int(seconds)


def is_on(mode: Node) -> bool:
    """Return what `<membership_approval_mode><group_join state>` says.

    Raises:
        StanzaError: It is neither on nor off (400).
    """
    state = mode.need("group_join").text("state")
    if state not in ("on", "off"):
        raise StanzaError(400, "bad-request")
    return state == "on"
