"""A group: what it is called, who is in it, what is allowed, and how one gets in. People are named by their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from sandbox.wire.nodes.jid import GROUP_SERVER, Jid

Role = Literal["member", "admin", "superadmin"]
"""`superadmin` is whoever made it."""
AddMode = Literal["all_member_add", "admin_add"]
Method = Literal["invite_link", "linked_group_join", "non_admin_add"]
_NOT_A_MEMBER: Final = 403
_NOBODY_WRITES: Final = 405
_ONLY_ADMINS_WRITE: Final = 420


@dataclass(frozen=True, slots=True)
class Subject:
    """The name of a group; when (epoch seconds) and by whom it was given."""

    text: str
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a group is about. `id` is made by whoever wrote it, and named by whoever changes it next."""

    id: str
    text: str
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """The right of one person to enter, made when that person's privacy refused to be added; until `expires`."""

    code: str
    by: str
    expires: int


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """The wish of one person to be let in."""

    at: int
    method: Method = "invite_link"


@dataclass(slots=True)
class Group:
    """One group. `version` counts what changes; `code` is that of the link, `revoked` are those it had before."""

    id: str
    creator: str
    created: int
    subject: Subject
    code: str
    members: dict[str, Role] = field(default_factory=dict[str, Role])
    description: Description | None = None
    announce: bool = False
    """Only admins write."""
    locked: bool = False
    """Only admins change what it says of itself."""
    approval: bool = False
    """Who comes by the link waits until an admin says yes."""
    adders: AddMode = "all_member_add"
    timer: int = 0
    """Seconds after which messages disappear; 0: never."""
    version: int = 1
    revoked: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    """Who was removed by an admin, and does not come back by the link."""
    invited: dict[str, Invitation] = field(default_factory=dict[str, Invitation])
    requests: dict[str, JoinRequest] = field(default_factory=dict[str, JoinRequest])
    parent: str = ""
    """The id of the community it belongs to."""
    is_community: bool = False
    is_default: bool = False
    """It is where the admins of its community announce things to everybody."""
    members_make_groups: bool = False
    """In a community: not only admins make groups."""

    @property
    def jid(self) -> Jid:
        """Its address."""
        return Jid(self.id, GROUP_SERVER)

    def is_admin(self, number: str) -> bool:
        """Tell whether a number is an admin of it."""
        return self.members.get(number) in ("admin", "superadmin")

    def refuses(self, number: str) -> int:
        """Return the code with which a message of a number is refused, 0 when it is taken."""
        if number not in self.members:
            return _NOT_A_MEMBER
        if self.is_community:
            return _NOBODY_WRITES
        return _ONLY_ADMINS_WRITE if self.announce and not self.is_admin(number) else 0

    def admins(self) -> list[str]:
        """Return the numbers of its admins."""
        return [number for number in self.members if self.is_admin(number)]
