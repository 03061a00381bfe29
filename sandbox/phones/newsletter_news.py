"""What is told of newsletters: to those who read one what is posted, and to one's own devices what one did.

Facts: run with neonize 0.5.2 (whatsmeow of September 2026).
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Final, Literal

from sandbox.connections.network import Network
from sandbox.newsletters.newsletter import Newsletter, Post
from sandbox.state.accounts import Account
from sandbox.wire.nodes import SERVER, Jid, Node

Device = tuple[str, int]
_MICROSECONDS: Final = 1_000_000


def described(network: Network, newsletter: Newsletter, viewer: str) -> dict[str, Any]:
    """Return a newsletter as somebody is shown it, in the JSON of WhatsApp's queries."""
    picture = network.pictures.of(str(newsletter.jid))
    changed = str(newsletter.created * _MICROSECONDS)
    shown = {"url": "", "id": picture.id, "type": "IMAGE", "direct_path": picture.path} if picture else None
    return {
        "id": str(newsletter.jid),
        "state": {"type": "ACTIVE"},
        "thread_metadata": {
            "creation_time": str(newsletter.created),
            "invite": newsletter.invite,
            "name": {"text": newsletter.name, "id": changed, "update_time": changed},
            "description": {"text": newsletter.description, "id": changed, "update_time": changed},
            "subscribers_count": str(len(newsletter.followers)),
            "verification": "UNVERIFIED",
            "picture": shown,
            "preview": shown or {"url": "", "id": "", "type": "PREVIEW", "direct_path": ""},
            "settings": {"reaction_codes": {"value": "all"}},
        },
        "viewer_metadata": {
            "mute": "ON" if newsletter.is_muted(viewer) else "OFF",
            "role": newsletter.role(viewer),
        },
    }


def tell_own(
    network: Network, account: Account, change: Literal["join", "leave", "mute_change"], newsletter: Newsletter
) -> None:
    """Tell every device of an account what it did with a newsletter."""
    what: dict[str, Any] = {"id": str(newsletter.jid)}
    if change == "join":
        what = described(network, newsletter, account.number)
    elif change == "leave":
        what["role"] = newsletter.role(account.number)
    else:
        what["mute"] = "ON" if newsletter.is_muted(account.number) else "OFF"
    update = Node("update", {"op_name": f"newsletter_{change}"}, _json({f"xwa2_notify_newsletter_on_{change}": what}))
    for device in account.devices:
        attrs: dict[str, str | Jid] = {"from": SERVER, "type": "mex", "id": secrets.token_hex(8)}
        network.delivery.send((account.number, device), Node("notification", attrs, [update]))


def pass_on(network: Network, newsletter: Newsletter, post: Post, edit: str = "", but: Device | None = None) -> None:
    """Bring a post to every device of who reads the newsletter, `but` one; with `edit` what became of it."""
    inside = b"" if edit == DELETED else post.body
    plaintext = Node("plaintext", {"mediatype": post.media_type} if post.media_type else {}, inside)
    attrs: dict[str, str | Jid] = {
        "from": newsletter.jid,
        "id": post.id,
        "server_id": str(post.server_id),
        "t": str(post.at),
        "type": post.type,
    }
    if edit:
        attrs["edit"] = edit
    for number in newsletter.readers:
        account = network.directory.find(number)
        for device in account.devices if account else ():
            to = (number, device)
            if to != but:
                record = network.journal.delivery(post.id, newsletter.owner, to)
                network.delivery.send(to, Node("message", attrs, [plaintext]), record)


EDITED: Final = "3"
DELETED: Final = "8"
"""Of the attribute `edit`."""


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps({"data": data}).encode()
