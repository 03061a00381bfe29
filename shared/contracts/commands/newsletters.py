"""Newsletters: what WhatsApp is asked about them, and what is done with one."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Change, Done, Question, Reply
from shared.contracts.newsletter import Newsletter, Post


class NewsletterReply(Reply):
    """A newsletter."""

    newsletter: Newsletter


class ReadNewsletter(Question[NewsletterReply]):
    """Ask for a newsletter, by its JID or by what stands behind `https://whatsapp.com/channel/`."""

    kind: Literal["read_newsletter"] = "read_newsletter"
    jid: str | None = None
    invite: str | None = None


class NewslettersReply(Reply):
    """Newsletters, in the order of their JIDs."""

    newsletters: tuple[Newsletter, ...] = ()
    more: bool = False


class ListNewsletters(Question[NewslettersReply]):
    """Ask for the newsletters that the session's number owns or follows."""

    kind: Literal["list_newsletters"] = "list_newsletters"
    after: str = ""
    """The JID behind which the answer begins."""
    limit: int = 100


class CreateNewsletter(Change[NewsletterReply]):
    """Make a newsletter."""

    kind: Literal["create_newsletter"] = "create_newsletter"
    name: str
    description: str = ""


class FollowNewsletter(Change[Done]):
    """Follow a newsletter, or no longer."""

    kind: Literal["follow_newsletter"] = "follow_newsletter"
    jid: str
    follow: bool = True


class MuteNewsletter(Change[Done]):
    """Have the phone tell nothing of a newsletter, or again."""

    kind: Literal["mute_newsletter"] = "mute_newsletter"
    jid: str
    mute: bool = True


class PostsReply(Reply):
    """What was posted, newest first."""

    posts: tuple[Post, ...] = ()


class ListPosts(Question[PostsReply]):
    """Ask for what was posted in a newsletter."""

    kind: Literal["list_posts"] = "list_posts"
    jid: str
    before: int = 0
    """The number of a post: those before it. 0: the newest."""
    limit: int = 50


class ReactToPost(Change[Done]):
    """Put an emoji on a post, or with none take it back. WhatsApp never says whether it did."""

    kind: Literal["react_to_post"] = "react_to_post"
    jid: str
    server_id: int
    emoji: str = ""
