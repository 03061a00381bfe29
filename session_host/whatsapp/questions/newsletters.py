"""Newsletters: reading them, and what is done with one."""

from __future__ import annotations

from typing import Any, Literal

from session_host.whatsapp.answering import answers
from session_host.whatsapp.content.reading import read
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.neonize_client import NeonizeClient, protobufs
from session_host.whatsapp.newsletter_errors import explain_newsletter
from shared.contracts.commands.command import Done
from shared.contracts.commands.newsletters import (
    CreateNewsletter,
    FollowNewsletter,
    ListNewsletters,
    ListPosts,
    MuteNewsletter,
    NewsletterReply,
    NewslettersReply,
    PostsReply,
    ReactToPost,
    ReadNewsletter,
)
from shared.contracts.newsletter import Newsletter, Post, PostReaction
from shared.jids import NEWSLETTER, Jid

_LINK = "https://whatsapp.com/channel/"
_ROLES: dict[int | None, Literal["owner", "admin", "follower", "guest"]] = {
    protobufs.SUBSCRIBER: "follower",
    protobufs.GUEST: "guest",
    protobufs.ADMIN: "admin",
    protobufs.OWNER: "owner",
}
_MOST_BYTES = 400_000
"""Of one page: NATS carries 1 MiB."""
_LONGEST_TEXT = 4_096
"""Characters of a post that are shown."""


@answers(ReadNewsletter)
def read_newsletter(library: NeonizeClient, question: ReadNewsletter) -> NewsletterReply:
    """A newsletter that anybody may see."""
    if question.jid is not None:
        answer = library.ask("GetNewsletterInfo", protobufs.CreateNewsLetterReturnFunction, _jid(question.jid))
    else:
        invite = question.invite or ""
        answer = library.ask("GetNewsletterInfoWithInvite", protobufs.CreateNewsLetterReturnFunction, invite)
    return _one(answer, changes=False)


@answers(ListNewsletters)
def list_newsletters(library: NeonizeClient, question: ListNewsletters) -> NewslettersReply:
    """A page of those that are owned or followed; WhatsApp gives all at once."""
    answer = library.ask("GetSubscribedNewsletters", protobufs.GetSubscribedNewslettersReturnFunction)
    if answer.Error:
        raise explain_newsletter(answer.Error, changes=False)
    everyone = sorted(map(_newsletter, answer.Newsletter), key=lambda each: each.jid)
    rest = [each for each in everyone if each.jid > question.after]
    page, size = rest[:1], 0
    for each in rest[1 : question.limit]:
        size += len(each.model_dump_json())
        if size > _MOST_BYTES:
            break
        page.append(each)
    return NewslettersReply(newsletters=tuple(page), more=len(page) < len(rest))


@answers(CreateNewsletter)
def create_newsletter(library: NeonizeClient, question: CreateNewsletter) -> NewsletterReply:
    """A new newsletter of the session's number, without a picture."""
    wanted = protobufs.CreateNewsletterParams(Name=question.name, Description=question.description, Picture=b"")
    return _one(library.ask("CreateNewsletter", protobufs.CreateNewsLetterReturnFunction, wanted), changes=True)


@answers(FollowNewsletter)
def follow_newsletter(library: NeonizeClient, question: FollowNewsletter) -> Done:
    """It is followed, or no longer."""
    return _done(library, "FollowNewsletter" if question.follow else "UnfollowNewsletter", _jid(question.jid))


@answers(MuteNewsletter)
def mute_newsletter(library: NeonizeClient, question: MuteNewsletter) -> Done:
    """The phone tells nothing of it, or does again."""
    return _done(library, "NewsletterToggleMute", _jid(question.jid), question.mute)


@answers(ListPosts)
def list_posts(library: NeonizeClient, question: ListPosts) -> PostsReply:
    """What was posted, newest first."""
    answer = library.ask(
        "GetNewsletterMessages",
        protobufs.GetNewsletterMessageUpdateReturnFunction,
        _jid(question.jid),
        question.limit,
        question.before,
    )
    if answer.Error:
        raise explain_newsletter(answer.Error, changes=False)
    posts = sorted(map(_post, answer.NewsletterMessage), key=lambda post: -post.server_id)
    return PostsReply(posts=tuple(posts))


@answers(ReactToPost)
def react_to_post(library: NeonizeClient, question: ReactToPost) -> Done:
    """It is said; the library waits for no answer."""
    return _done(library, "NewsletterSendReaction", _jid(question.jid), question.server_id, question.emoji, "")


def _one(answer: Any, *, changes: bool) -> NewsletterReply:  # noqa: ANN401 - a protobuf
    if answer.Error:
        raise explain_newsletter(answer.Error, changes=changes)
    return NewsletterReply(newsletter=_newsletter(answer.NewsletterMetadata))


def _done(library: NeonizeClient, function: str, *said: Any) -> Done:  # noqa: ANN401 - what it takes
    error = library.ask(function, str, *said)
    if error:
        raise explain_newsletter(error, changes=True)
    return Done()


def _newsletter(meta: Any) -> Newsletter:  # noqa: ANN401 - a protobuf
    thread, viewer = meta.ThreadMeta, meta.ViewerMeta
    return Newsletter(
        jid=f"{meta.ID.User}@{meta.ID.Server}",
        name=thread.Name.Text,
        description=thread.Description.Text or None,
        created_at=thread.CreationTime * 1000 or None,
        followers=max(0, thread.SubscriberCount),
        role=_ROLES.get(known(viewer, "Role"), "guest"),
        muted=known(viewer, "Mute") == protobufs.ON,
        verified=known(thread, "VerificationState") == protobufs.NewsletterThreadMetadata.VERIFIED,
        invite_link=f"{_LINK}{thread.InviteCode}" if thread.InviteCode else None,
    )


def _post(message: Any) -> Post:  # noqa: ANN401 - a protobuf
    reading = read(message.Message)
    text = reading.shown.message if reading else None
    return Post(
        server_id=message.MessageServerID,
        type=reading.type if reading else "unknown",
        message=text[:_LONGEST_TEXT] if text else None,
        views=max(0, message.ViewsCount),
        reactions=tuple(PostReaction(emoji=each.type, count=each.count) for each in message.ReactionCounts),
    )


def _jid(text: str) -> Any:  # noqa: ANN401 - a protobuf
    return Jid(text.partition("@")[0], NEWSLETTER)
