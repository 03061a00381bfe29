"""All groups of this WhatsApp, kept in the store as they change, with what one needs to act on them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Final

from pydantic import TypeAdapter

from sandbox.delivery.delivery import Delivery
from sandbox.groups.errors import GroupError, forbidden
from sandbox.groups.group import Group, Subject
from sandbox.people.people import People
from sandbox.state.accounts import Account
from sandbox.state.directory import Directory
from sandbox.state.storage import Store
from sandbox.wire.nodes.jid import GROUP_SERVER, Jid

_GROUP: Final = TypeAdapter(Group)
_FIRST_ID: Final = 120_363_000_000_000_001  # 18 digits, as those of today
_CODE_BYTES: Final = 16  # 22 characters in a link


class Groups:
    """The groups, by id. `directory` knows their members, `people` what they let others do, `delivery` reaches them."""

    def __init__(self, store: Store, directory: Directory, people: People, delivery: Delivery) -> None:
        self._store = store
        self.directory = directory
        self.people = people
        self.delivery = delivery
        rows = store.read("SELECT state FROM groups ORDER BY id")
        self._by_id = {group.id: group for group in (_GROUP.validate_json(state) for (state,) in rows)}
        self._next_id = max((int(id_) for id_ in self._by_id), default=_FIRST_ID - 1) + 1

    def __iter__(self) -> Iterator[Group]:
        """Iterate over the groups in the order they were made."""
        return iter(self._by_id.values())

    def find(self, jid: Jid) -> Group | None:
        """Return the group with this address, or None."""
        return self._by_id.get(jid.user) if jid.server == GROUP_SERVER else None

    def need(self, jid: Jid) -> Group:
        """Return the group with this address.

        Raises:
            GroupError: There is none (404).
        """
        group = self.find(jid)
        if group is None:
            raise GroupError(404, "item-not-found")
        return group

    def need_member(self, jid: Jid, account: Account) -> Group:
        """Return the group with this address, of which `account` is a member.

        Raises:
            GroupError: There is none (404), or it is no member (403).
        """
        group = self.need(jid)
        if account.number not in group.members:
            raise forbidden()
        return group

    def of(self, number: str) -> list[Group]:
        """Return the groups that a number is in."""
        return [group for group in self if number in group.members]

    def of_community(self, community: Group) -> list[Group]:
        """Return the groups of a community, in the order they were made."""
        return [group for group in self if group.parent == community.id]

    def beside(self, group: Group) -> list[Group]:
        """Return what whoever is in a group is in as well: its community, and where that announces things."""
        community = group if group.is_community else self._by_id.get(group.parent)
        if community is None:
            return []
        both = [community, *(each for each in self.of_community(community) if each.is_default)]
        return [each for each in both if each is not group]

    def halves(self, group: Group) -> list[Group]:
        """Return a group; of a community and of where it announces things both, which have the same members."""
        return [group, *self.beside(group)] if group.is_community or group.is_default else [group]

    def left_with(self, group: Group) -> list[Group]:
        """Return what one leaves with a group: of a community, all its groups."""
        halves = self.halves(group)
        rest = [each for half in halves for each in self.of_community(half) if each not in halves]
        return [*rest, *halves]

    def linked_by(self, code: str) -> Group:
        """Return the group that the link with this code leads to.

        Raises:
            GroupError: It was revoked (410), or never led anywhere (406).
        """
        for group in self:
            if code == group.code:
                return group
            if code in group.revoked:
                raise GroupError(410, "gone")
        raise GroupError(406, "not-acceptable")

    def make(self, creator: Account, subject: str) -> Group:
        """Return a new group with its creator in it, not yet saved."""
        now = int(time.time())
        group = Group(
            id=str(self._next_id),
            creator=creator.number,
            created=now,
            subject=Subject(subject, now, creator.number),
            code=new_code(),
            members={creator.number: "superadmin"},
        )
        self._next_id += 1
        self._by_id[group.id] = group
        return group

    def changed(self, group: Group) -> None:
        """Count a change of a group, and save it."""
        group.version += 1
        self._store.write("INSERT OR REPLACE INTO groups VALUES (?, ?)", group.id, _GROUP.dump_json(group).decode())

    def accounts(self, group: Group) -> list[Account]:
        """Return the members of a group, in the order they came."""
        found = (self.directory.find(number) for number in group.members)
        return [account for account in found if account is not None]


def new_code() -> str:
    """Return the code of a new link."""
    return secrets.token_urlsafe(_CODE_BYTES)
