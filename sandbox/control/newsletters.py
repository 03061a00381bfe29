"""Routes of newsletters: what somebody does with one on their phone, and what the server holds."""

from __future__ import annotations

import base64
import secrets
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import phone_of
from sandbox.newsletters.newsletter import Newsletter, Post
from sandbox.phones.newsletter_news import pass_on, tell_own
from sandbox.state.accounts import Account

_CONVERSATION: Final = b"\x0a"
"""Begins the field of a message's protobuf that holds a text and nothing else; its length and the text follow."""
_SEVEN_BITS: Final = 0x7F


class NewNewsletter(BaseModel):
    """A newsletter to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100)
    description: str = Field(default="", max_length=2048)


class Act(BaseModel):
    """What is done: `text` to post, or an `emoji` (empty: none) for the post `server_id`."""

    model_config = ConfigDict(extra="forbid")
    text: str = ""
    server_id: int = Field(default=0, alias="serverId")
    emoji: str = ""


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of newsletters; a contact is a person with a phone too."""
    table = web.RouteTableDef()

    @table.post("/{kind:phones|contacts}/{number}/newsletters")
    async def create(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, NewNewsletter)
        made = network.newsletters.create(account.number, wanted.name, wanted.description)
        tell_own(network, account, "join", made)
        return web.json_response(_shown(made), status=201)

    @table.post("/{kind:phones|contacts}/{number}/newsletters/{jid}/{action:follow|unfollow|mute|unmute|post|react}")
    async def act(request: web.Request) -> web.Response:
        account, newsletter = phone_of(request, network), _of(request, network)
        wanted = await body(request, Act)
        _act(network, account, newsletter, request.match_info["action"], wanted)
        return web.json_response(_shown(newsletter))

    @table.get("/newsletters")
    async def everyone(_request: web.Request) -> web.Response:
        return web.json_response({"newsletters": [_shown(each) for each in network.newsletters]})

    @table.get("/newsletters/{jid}")
    async def one(request: web.Request) -> web.Response:
        return web.json_response(_shown(_of(request, network)))

    return table


def _act(network: Network, account: Account, newsletter: Newsletter, action: str, wanted: Act) -> None:
    number = account.number
    if action in {"follow", "unfollow"}:
        network.newsletters.follow(newsletter, number, off=action == "unfollow")
        tell_own(network, account, "join" if action == "follow" else "leave", newsletter)
    elif action in {"mute", "unmute"}:
        network.newsletters.mute(newsletter, number, off=action == "unmute")
        tell_own(network, account, "mute_change", newsletter)
    elif action == "post":
        if number != newsletter.owner or not wanted.text:
            raise ControlError(409, "only its owner posts in a newsletter, and a post has a text")
        id_ = f"3A{secrets.token_hex(9).upper()}"
        pass_on(network, newsletter, network.newsletters.post(newsletter, id_, "text", _message(wanted.text)))
    else:
        post = newsletter.posts.get(wanted.server_id)
        if post is None:
            raise ControlError(404, f"there is no post {wanted.server_id}")
        network.newsletters.react(newsletter, post, number, wanted.emoji)


def _message(text: str) -> bytes:
    written = text.encode()
    length, digits = len(written), bytearray()
    while length > _SEVEN_BITS:
        digits.append(length & _SEVEN_BITS | 0x80)
        length >>= 7
    return _CONVERSATION + bytes([*digits, length]) + written


def _of(request: web.Request, network: Network) -> Newsletter:
    jid = request.match_info["jid"]
    newsletter = network.newsletters.find(jid.partition("@")[0])
    if newsletter is None:
        raise ControlError(404, f"there is no newsletter {jid}")
    return newsletter


def _shown(newsletter: Newsletter) -> dict[str, Any]:
    return {
        "jid": str(newsletter.jid),
        "name": newsletter.name,
        "description": newsletter.description,
        "owner": newsletter.owner,
        "inviteLink": f"https://whatsapp.com/channel/{newsletter.invite}",
        "followers": [{"number": number, "muted": muted} for number, muted in newsletter.followers.items()],
        "posts": [_post(post) for post in newsletter.posts.values()],
    }


def _post(post: Post) -> dict[str, Any]:
    """`body` is the protobuf."""
    return {
        "serverId": post.server_id,
        "id": post.id,
        "at": post.at,
        "type": post.type,
        "mediaType": post.media_type,
        "body": base64.b64encode(post.body).decode(),
        "reactions": post.reactions,
    }
