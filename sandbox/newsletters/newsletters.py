"""All newsletters: made, found, followed and posted in. What `store` kept is there again after a restart."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from typing import Final

from sandbox.newsletters.newsletter import Newsletter, Post
from sandbox.state.storage import Store

_FIRST_ID: Final = 120363400000000000
_FIRST_POST: Final = 100
"""As newsletters at WhatsApp begin."""
_POSTS_KEPT: Final = 1000


class Newsletters:
    """Begins with those that `store` kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newsletters: dict[str, Newsletter] = {}
        for (text,) in store.read("SELECT newsletter FROM newsletters"):
            kept = Newsletter(**json.loads(text))
            self._newsletters[kept.id] = kept
        for id_, text, body in store.read("SELECT newsletter, post, body FROM newsletter_posts ORDER BY server_id"):
            post = Post(**json.loads(text), body=body)
            self._newsletters[id_].posts[post.server_id] = post
        self._ids = count(_FIRST_ID + int(time.time()))

    def __iter__(self) -> Iterator[Newsletter]:
        """Iterate over all of them, the oldest first."""
        return iter(self._newsletters.values())

    def find(self, id_: str) -> Newsletter | None:
        """Return the newsletter with this id (the user part of its address), or None."""
        return self._newsletters.get(id_)

    def invited(self, code: str) -> Newsletter | None:
        """Return the newsletter whose link ends so, or None."""
        return next((each for each in self if code and each.invite == code), None)

    def of(self, number: str) -> list[Newsletter]:
        """Return those that somebody owns or follows."""
        return [each for each in self if number in each.readers]

    def create(self, owner: str, name: str, description: str) -> Newsletter:
        """Make one."""
        code = f"0029Va{secrets.token_hex(8)}"
        made = Newsletter(str(next(self._ids)), name, description, owner, int(time.time()), code)
        self._newsletters[made.id] = made
        self._save(made)
        return made

    def follow(self, newsletter: Newsletter, number: str, *, off: bool = False) -> None:
        """Have somebody follow it, or no longer. An owner stays."""
        if number == newsletter.owner:
            return
        if off:
            newsletter.followers.pop(number, None)
        else:
            newsletter.followers.setdefault(number, False)
        self._save(newsletter)

    def mute(self, newsletter: Newsletter, number: str, *, off: bool = False) -> None:
        """Have somebody hear nothing of it, or again."""
        if number == newsletter.owner:
            newsletter.muted_by_owner = not off
        elif number in newsletter.followers:
            newsletter.followers[number] = not off
        self._save(newsletter)

    def post(self, newsletter: Newsletter, id_: str, type_: str, body: bytes, media_type: str = "") -> Post:
        """Post something; the oldest posts go when there are too many."""
        server_id = max(newsletter.posts, default=_FIRST_POST - 1) + 1
        post = Post(server_id, id_, int(time.time()), type_, body, media_type)
        newsletter.posts[server_id] = post
        self._save_post(newsletter, post)
        while len(newsletter.posts) > _POSTS_KEPT:
            self.remove(newsletter, next(iter(newsletter.posts)))
        return post

    def edit(self, newsletter: Newsletter, post: Post, body: bytes) -> None:
        """Have a post say something else."""
        post.body = body
        self._save_post(newsletter, post)

    def remove(self, newsletter: Newsletter, server_id: int) -> None:
        """Take a post back."""
        del newsletter.posts[server_id]
        self._store.write("DELETE FROM newsletter_posts WHERE newsletter=? AND server_id=?", newsletter.id, server_id)

    def react(self, newsletter: Newsletter, post: Post, number: str, emoji: str) -> None:
        """Put somebody's emoji on a post, or with none take it back."""
        if emoji:
            post.reactions[number] = emoji
        else:
            post.reactions.pop(number, None)
        self._save_post(newsletter, post)

    def _save(self, newsletter: Newsletter) -> None:
        text = json.dumps({name: value for name, value in asdict(newsletter).items() if name != "posts"})
        self._store.write("INSERT OR REPLACE INTO newsletters VALUES (?, ?)", newsletter.id, text)

    def _save_post(self, newsletter: Newsletter, post: Post) -> None:
        text = json.dumps({name: value for name, value in asdict(post).items() if name != "body"})
        self._store.write(
            "INSERT OR REPLACE INTO newsletter_posts VALUES (?, ?, ?, ?)",
            newsletter.id, post.server_id, text, post.body,
        )  # fmt: skip
