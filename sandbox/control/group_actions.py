"""What the owner of a phone does to a group, as the control API takes it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError
from sandbox.groups import communities, entering, membership, settings
from sandbox.groups.group import Group
from sandbox.groups.groups import Groups
from sandbox.groups.outcomes import Outcome
from sandbox.state.accounts import Account, parse_number
from sandbox.wire.nodes import Jid
from sandbox.wire.nodes.jid import GROUP_SERVER, USER_SERVER

_LINK: Final = "https://chat.whatsapp.com/"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class NewGroup(_Request):
    """A group to be made; `seconds` after which its messages disappear; the `parent` is the community it is in."""

    name: str
    participants: tuple[str, ...] = ()
    announce: bool = False
    locked: bool = False
    approval: bool = False
    admins_add: bool = False
    seconds: int = Field(default=0, ge=0)
    community: bool = False
    parent: str = ""


class GroupAction(_Request):
    """What is done: to `participants` or `groups`, with `text`, or `off` what it would turn on."""

    groups: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    text: str = ""
    off: bool = False
    seconds: int = Field(default=0, ge=0)


Act: TypeAlias = "Callable[[Groups, Group, Account, GroupAction], dict[str, Any]]"


def group_of(network: Network, text: str) -> Group:
    """Return the group with this address. Raises ControlError (404)."""
    user, _, server = text.partition("@")
    group = network.groups.find(Jid(user, server)) if server == GROUP_SERVER else None
    if group is None:
        raise ControlError(404, f"there is no group {text}")
    return group


def jids_of(numbers: tuple[str, ...]) -> list[Jid]:
    """Return the addresses of numbers. Raises NumberError."""
    return [Jid(parse_number(number), USER_SERVER) for number in numbers]


def link_to(group: Group) -> str:
    """Return the link by which one joins a group."""
    return _LINK + group.code


def shown_outcomes(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Return what became of each person; `code` is WhatsApp's, 0 when it was done."""
    return [_shown_outcome(outcome) for outcome in outcomes]


def _shown_outcome(outcome: Outcome) -> dict[str, Any]:
    number = outcome.account.number if outcome.account else outcome.jid.user
    said: dict[str, Any] = {"number": number, "code": outcome.code}
    if outcome.invitation is not None:
        said |= {"inviteCode": outcome.invitation.code, "expires": outcome.invitation.expires}
    return said


def _on_people(act: Callable[[Groups, Group, Account, list[Jid]], list[Outcome]]) -> Act:
    def done(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
        if not wanted.participants:
            raise ControlError(400, "participants are missing")
        return {"results": shown_outcomes(act(groups, group, by, jids_of(wanted.participants)))}

    return done


def _on_groups(act: Callable[[Groups, Group, Account, list[Jid]], list[tuple[Jid, int]]]) -> Act:
    def done(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
        if not wanted.groups:
            raise ControlError(400, "groups are missing")
        jids = [Jid(text.partition("@")[0], GROUP_SERVER) for text in wanted.groups]
        return {"results": [{"groupJid": str(jid), "code": code} for jid, code in act(groups, group, by, jids)]}

    return done


def _switch(act: Callable[..., None]) -> Act:
    def done(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
        act(groups, group, by, on=not wanted.off)
        return {}

    return done


def _subject(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
    settings.set_subject(groups, group, by, wanted.text)
    return {}


def _description(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
    previous = group.description.id if group.description else ""
    settings.set_description(groups, group, by, wanted.text, id_=secrets.token_hex(8), previous=previous)
    return {}


def _timer(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
    settings.set_timer(groups, group, by, wanted.seconds)
    return {}


def _admins_add(groups: Groups, group: Group, by: Account, wanted: GroupAction) -> dict[str, Any]:
    settings.set_adders(groups, group, by, "all_member_add" if wanted.off else "admin_add")
    return {}


def _link(_: Groups, group: Group, by: Account, __: GroupAction) -> dict[str, Any]:
    settings.link_code(group, by)
    return {"inviteLink": link_to(group)}


def _revoke_link(groups: Groups, group: Group, by: Account, _: GroupAction) -> dict[str, Any]:
    settings.renew_link(groups, group, by)
    return {"inviteLink": link_to(group)}


def _join(groups: Groups, group: Group, account: Account, _: GroupAction) -> dict[str, Any]:
    return {"joined": entering.join(groups, account, group.code)[1]}


def _accept(groups: Groups, group: Group, account: Account, _: GroupAction) -> dict[str, Any]:
    offer = group.invited.get(account.number)
    if offer is None:
        raise ControlError(404, f"nobody has invited {account.number} to {group.jid}")
    entering.accept(groups, group, account, offer.code, Jid(offer.by, USER_SERVER))
    return {"joined": True}


def _leave(groups: Groups, group: Group, account: Account, _: GroupAction) -> dict[str, Any]:
    membership.leave(groups, group, account)
    return {}


ACTIONS: Final[Mapping[str, Act]] = {
    "accept": _accept,
    "add": _on_people(membership.add),
    "admins-add": _admins_add,
    "announce": _switch(settings.set_announce),
    "approval": _switch(settings.set_approval),
    "approve": _on_people(entering.approve),
    "demote": _on_people(membership.demote),
    "description": _description,
    "join": _join,
    "leave": _leave,
    "link": _link,
    "link-groups": _on_groups(communities.link),
    "locked": _switch(settings.set_locked),
    "promote": _on_people(membership.promote),
    "reject": _on_people(entering.reject),
    "remove": _on_people(membership.remove),
    "revoke-link": _revoke_link,
    "subject": _subject,
    "timer": _timer,
    "unlink-groups": _on_groups(communities.unlink),
    "withdraw": _on_people(entering.withdraw),
}
"""By name."""
ENTERING: Final = ("join", "accept")
"""What one does who is no member yet."""
