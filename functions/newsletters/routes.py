"""Newsletters (WhatsApp calls them channels): which there are, what is posted in them, and following one."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath

from functions.asking import ASKING_ERRORS, ask, session_of
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest
from functions.http.session_names import one_of_query
from functions.newsletters.schemas import (
    MuteBody,
    NewNewsletterBody,
    NewsletterAnswer,
    NewsletterBody,
    NewslettersAnswer,
    PostReactionBody,
    PostsAnswer,
)
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from shared import errors
from shared.contracts.commands.newsletters import (
    CreateNewsletter,
    FollowNewsletter,
    ListNewsletters,
    ListPosts,
    MuteNewsletter,
    ReactToPost,
    ReadNewsletter,
)
from shared.jids import NEWSLETTER

_JID = re.compile(r"[0-9]{5,20}@newsletter")
_LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:whatsapp\.com/channel/)?(?P<code>[A-Za-z0-9_-]{10,64})(?:[/?#].*)?")
_MOST = 100
_LAST = 2**31 - 1
_ERRORS = (
    *ASKING_ERRORS,
    errors.NewsletterInvalid,
    errors.NewsletterNotFound,
    errors.NewsletterNotAllowed,
    errors.WhatsAppRefused,
)
_LIMIT = Parameter(
    "limit", "query", "How many, at most.", {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _MOST}
)


@route(
    "GET",
    "/api/newsletters",
    scope=Scope.MESSAGES_READ,
    answers={200: NewslettersAnswer},
    parameters=(
        *SESSION,
        _LIMIT,
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "pattern": f"^{_JID.pattern}$"}
        ),
    ),
    errors=_ERRORS,
)
async def list_newsletters(request: HttpRequest) -> Response[bytes]:
    """List the newsletters that the session's number owns or follows."""
    session = await session_of(request)
    after = one_of_query(request, "after")
    if after is not None and not _JID.fullmatch(after):
        raise errors.BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    question = ListNewsletters(after=after or "", limit=whole_of_query(request, "limit", most=_MOST, default=_MOST))
    reply = await ask(request, session, question)
    following = reply.newsletters[-1].jid if reply.more and reply.newsletters else None
    return answer(NewslettersAnswer(newsletters=list(reply.newsletters), next=following))


@route(
    "POST",
    "/api/newsletters",
    scope=Scope.MESSAGES_SEND,
    body=NewNewsletterBody,
    answers={200: NewsletterAnswer},
    parameters=SESSION,
    errors=_ERRORS,
)
async def create_newsletter(request: HttpRequest) -> Response[bytes]:
    """Make a newsletter of the session's number."""
    body = await read(request, NewNewsletterBody)
    session = await session_of(request, body.session_id)
    command = CreateNewsletter(name=body.name, description=body.description)
    return answer(NewsletterAnswer(newsletter=(await ask(request, session, command)).newsletter))


@route(
    "GET",
    "/api/newsletters/{newsletter:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: NewsletterAnswer},
    parameters=SESSION,
    errors=_ERRORS,
)
async def get_newsletter(request: HttpRequest, newsletter: FromPath[str]) -> Response[bytes]:
    """Show any newsletter, by its address or by what stands behind the last slash of its link."""
    session = await session_of(request)
    if "@" in newsletter:
        question = ReadNewsletter(jid=_jid(newsletter))
    else:
        link = _LINK.fullmatch(newsletter)
        if link is None:
            raise errors.NewsletterInvalid
        question = ReadNewsletter(invite=link["code"])
    return answer(NewsletterAnswer(newsletter=(await ask(request, session, question)).newsletter))


@route(
    "POST",
    "/api/newsletters/{jid:str}/follow",
    scope=Scope.MESSAGES_SEND,
    body=NewsletterBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def follow_newsletter(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Follow a newsletter: what is posted comes to the inbox."""
    session = await session_of(request, (await read(request, NewsletterBody)).session_id)
    await ask(request, session, FollowNewsletter(jid=_jid(jid)))
    return answer(Message(message="The newsletter is followed"))


@route(
    "POST",
    "/api/newsletters/{jid:str}/unfollow",
    scope=Scope.MESSAGES_SEND,
    body=NewsletterBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def unfollow_newsletter(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Follow a newsletter no longer."""
    session = await session_of(request, (await read(request, NewsletterBody)).session_id)
    await ask(request, session, FollowNewsletter(jid=_jid(jid), follow=False))
    return answer(Message(message="The newsletter is not followed any more"))


@route(
    "POST",
    "/api/newsletters/{jid:str}/mute",
    scope=Scope.MESSAGES_SEND,
    body=MuteBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def mute_newsletter(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Have the phone tell nothing of a newsletter, or with `"mute": false` again."""
    body = await read(request, MuteBody)
    session = await session_of(request, body.session_id)
    await ask(request, session, MuteNewsletter(jid=_jid(jid), mute=body.mute))
    return answer(Message(message="The newsletter is muted" if body.mute else "The newsletter is not muted any more"))


@route(
    "GET",
    "/api/newsletters/{jid:str}/messages",
    scope=Scope.MESSAGES_READ,
    answers={200: PostsAnswer},
    parameters=(
        *SESSION,
        _LIMIT,
        Parameter(
            "before", "query", "The `next` of the previous page.", {"type": "integer", "minimum": 1, "maximum": _LAST}
        ),
    ),
    errors=_ERRORS,
)
async def list_newsletter_messages(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """List what was posted in a newsletter, newest first, without the times, which the library does not tell."""
    session = await session_of(request)
    limit = whole_of_query(request, "limit", most=_MOST, default=_MOST)
    question = ListPosts(jid=_jid(jid), before=whole_of_query(request, "before", most=_LAST, default=0), limit=limit)
    posts = (await ask(request, session, question)).posts
    following = posts[-1].server_id if len(posts) == limit else None
    return answer(PostsAnswer(messages=list(posts), next=following))


@route(
    "POST",
    "/api/newsletters/{jid:str}/react",
    scope=Scope.MESSAGES_SEND,
    body=PostReactionBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def react_to_newsletter_message(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Put an emoji on a post, or take it back. WhatsApp never says whether it did."""
    body = await read(request, PostReactionBody)
    session = await session_of(request, body.session_id)
    command = ReactToPost(jid=_jid(jid), server_id=body.server_id, emoji=body.emoji)
    await ask(request, session, command)
    return answer(Message(message="The reaction was handed to WhatsApp"))


def _jid(text: str) -> str:
    """The address of a newsletter, from itself or what stands before its `@`; raises NewsletterInvalid."""
    jid = text if "@" in text else f"{text}@{NEWSLETTER}"
    if not _JID.fullmatch(jid):
        raise errors.NewsletterInvalid
    return jid


FAMILY = Family(
    "newsletters",
    (
        list_newsletters,
        create_newsletter,
        get_newsletter,
        follow_newsletter,
        unfollow_newsletter,
        mute_newsletter,
        list_newsletter_messages,
        react_to_newsletter_message,
    ),
)
