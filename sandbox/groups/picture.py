"""The picture of a group: shown by whoever may change what the group says of itself, and told to all members."""

from __future__ import annotations

from typing import Final

from sandbox.groups.group import Group
from sandbox.groups.groups import Groups
from sandbox.groups.news import tell
from sandbox.groups.settings import need_hand
from sandbox.people.pictures import Picture, Pictures
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

_KIND: Final = "picture"


def show(  # noqa: PLR0913 - whose it is, and which
    groups: Groups, pictures: Pictures, group: Group, by: Account, jpeg: bytes, *, id_: str = ""
) -> Picture:
    """Have a group show a picture, and return it. Raises GroupError (403)."""
    need_hand(group, by)
    picture = pictures.show(str(group.jid), jpeg, id_)
    attrs: dict[str, str | Jid] = {"jid": group.jid, "id": picture.id, "author": by.lid_jid()}
    tell(groups, group, by, Node("set", attrs), kind=_KIND)
    return picture


def remove(groups: Groups, pictures: Pictures, group: Group, by: Account) -> None:
    """Have a group show no picture any more. Raises GroupError (403)."""
    need_hand(group, by)
    pictures.remove(str(group.jid))
    tell(groups, group, by, Node("delete", {"jid": group.jid, "author": by.lid_jid()}), kind=_KIND)
