"""A newsletter, and what is posted in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from sandbox.wire.nodes.jid import Jid

SERVER: Final = "newsletter"
Role = Literal["OWNER", "SUBSCRIBER", "GUEST"]


@dataclass(slots=True)
class Post:
    """One message in a newsletter. `server_id` numbers those of a newsletter; `at`: epoch seconds.

    `body` is the protobuf, which is not encrypted; `media_type` says what it holds, where that is a file.
    """

    server_id: int
    id: str
    at: int
    type: str
    body: bytes
    media_type: str = ""
    reactions: dict[str, str] = field(default_factory=dict[str, str])
    """Emojis by the number of who reacted."""

    def counts(self) -> dict[str, int]:
        """Return how many reacted with each emoji."""
        emojis = list(self.reactions.values())
        return {emoji: emojis.count(emoji) for emoji in dict.fromkeys(emojis)}


@dataclass(slots=True)
class Newsletter:
    """A newsletter. `owner` is a number, `created` epoch seconds, `invite` the end of its link."""

    id: str
    name: str
    description: str
    owner: str
    created: int
    invite: str
    followers: dict[str, bool] = field(default_factory=dict[str, bool])
    """Numbers, without the owner's, and whether they muted it."""
    muted_by_owner: bool = False
    posts: dict[int, Post] = field(default_factory=dict[int, Post])
    """By server id, the oldest first."""

    @property
    def jid(self) -> Jid:
        """Its address."""
        return Jid(self.id, SERVER)

    @property
    def readers(self) -> list[str]:
        """The numbers of all who get what is posted: the owner, and the followers."""
        return [self.owner, *self.followers]

    def role(self, number: str) -> Role:
        """Return what somebody is to it."""
        if number == self.owner:
            return "OWNER"
        return "SUBSCRIBER" if number in self.followers else "GUEST"

    def is_muted(self, number: str) -> bool:
        """Tell whether somebody wants to hear nothing of it."""
        return self.muted_by_owner if number == self.owner else self.followers.get(number, False)

    def post(self, id_: str) -> Post | None:
        """Return what was posted with this id, or None."""
        return next((post for post in self.posts.values() if post.id == id_), None)
