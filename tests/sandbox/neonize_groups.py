"""What the neonize client of neonize_driver.py can be told to do with groups, and how it tells of them."""

from datetime import timedelta
from typing import Any

from neonize.aioze import events
from neonize.aioze.client import NewAClient
from neonize.proto.Neonize_pb2 import GroupLinkedParent, GroupParent
from neonize.utils.enum import ParticipantChange, ReceiptType
from neonize.utils.jid import Jid2String, build_jid

_LINKS = {1: "parent_group", 2: "sub_group", 3: "sibling_group"}


def address(text: str) -> Any:
    """Return the JID of a number, or the one that the text is."""
    user, _, server = text.partition("@")
    return build_jid(user.partition(":")[0], server or "s.whatsapp.net")


def described(group: Any) -> dict[str, Any]:
    return {
        "jid": Jid2String(group.JID),
        "name": group.GroupName.Name,
        "topic": group.GroupTopic.Topic,
        "announce": group.GroupAnnounce.IsAnnounce,
        "locked": group.GroupLocked.isLocked,
        "timer": group.GroupEphemeral.DisappearingTimer,
        "community": group.GroupParent.IsParent,
        "parent": Jid2String(group.GroupLinkedParent.LinkedParentJID),
        "announcements": group.GroupIsDefaultSub.IsDefaultSubGroup,
        "people": {
            person.PhoneNumber.User: {
                "lid": Jid2String(person.LID),
                "role": "superadmin" if person.IsSuperAdmin else "admin" if person.IsAdmin else "member",
                "error": person.Error,
                "code": person.AddRequest.Code,
            }
            for person in group.Participants
        },
    }


class GroupCommands:
    """A part of the driver: `self.client` is its client, `self.tell` says a line."""

    client: NewAClient
    tell: Any

    def subscribe_to_groups(self) -> None:
        self.client.event(events.JoinedGroupEv)(self.on_joined)
        self.client.event(events.GroupInfoEv)(self.on_group_info)

    async def on_joined(self, _: NewAClient, event: Any) -> None:
        self.tell("JoinedGroup", reason=event.Reason, type=event.Type, **described(event.GroupInfo))

    async def on_group_info(self, _: NewAClient, event: Any) -> None:
        changes = {field.name: value for field, value in event.ListFields()}
        people = {
            name.lower(): [Jid2String(jid) for jid in changes[name]]
            for name in ("Join", "Leave", "Promote", "Demote")
            if name in changes
        }
        said = {
            "subject": event.Name.Name if "Name" in changes else None,
            "topic": event.Topic.Topic if "Topic" in changes else None,
            "announce": event.Announce.IsAnnounce if "Announce" in changes else None,
            "locked": event.Locked.isLocked if "Locked" in changes else None,
            "timer": event.Ephemeral.DisappearingTimer if "Ephemeral" in changes else None,
            "link": event.NewInviteLink or None,
            "unknown": [node.Tag for node in event.UnknownChanges] or None,
            "linked": _LINKS[event.Link.Type] if "Link" in changes else None,
            "unlinked": _LINKS[event.Unlink.Type] if "Unlink" in changes else None,
        }
        self.tell(
            "GroupInfo", jid=Jid2String(event.JID), by=Jid2String(event.Sender), **people,
            **{name: value for name, value in said.items() if value is not None},
        )  # fmt: skip

    async def create_group(self, name: str, people: list[str]) -> dict[str, Any]:
        return described(await self.client.create_group(name, [address(person) for person in people]))

    async def create_community(self, name: str) -> dict[str, Any]:
        parent = GroupParent(IsParent=True, DefaultMembershipApprovalMode="request_required")
        return described(await self.client.create_group(name, [], group_parent=parent))

    async def create_in_community(self, name: str, people: list[str], parent: str) -> dict[str, Any]:
        inside = GroupLinkedParent(LinkedParentJID=address(parent))
        jids = [address(person) for person in people]
        return described(await self.client.create_group(name, jids, linked_parent=inside))

    async def sub_groups(self, group: str) -> dict[str, Any]:
        found = await self.client.get_sub_groups(address(group))
        return {
            "groups": {
                each.GroupName.Name: [Jid2String(each.JID), each.GroupIsDefaultSub.IsDefaultSubGroup] for each in found
            }
        }

    async def community_people(self, group: str) -> dict[str, Any]:
        found = await self.client.get_linked_group_participants(address(group))
        return {"people": [Jid2String(jid) for jid in found.JIDS]}

    async def link_group(self, parent: str, group: str) -> None:
        await self.client.link_group(address(parent), address(group))

    async def unlink_group(self, parent: str, group: str) -> None:
        await self.client.unlink_group(address(parent), address(group))

    async def group_info(self, group: str) -> dict[str, Any]:
        return described(await self.client.get_group_info(address(group)))

    async def groups(self) -> dict[str, Any]:
        return {"groups": [described(group) for group in await self.client.get_joined_groups()]}

    async def change(self, group: str, action: str, people: list[str]) -> dict[str, Any]:
        jids = [address(person) for person in people]
        changed = await self.client.update_group_participants(address(group), jids, ParticipantChange[action.upper()])
        return {
            "people": {
                person.PhoneNumber.User: {
                    "error": person.Error,
                    "code": person.AddRequest.Code,
                    "expires": person.AddRequest.Expiration,
                }
                for person in changed
            }
        }

    async def set_subject(self, group: str, name: str) -> None:
        await self.client.set_group_name(address(group), name)

    async def set_topic(self, group: str, topic: str, previous: str = "") -> None:
        await self.client.set_group_topic(address(group), previous, "", topic)

    async def set_announce(self, group: str, on: bool) -> None:  # noqa: FBT001 - by name, from JSON
        await self.client.set_group_announce(address(group), on)

    async def set_locked(self, group: str, on: bool) -> None:  # noqa: FBT001 - by name, from JSON
        await self.client.set_group_locked(address(group), on)

    async def set_group_timer(self, group: str, seconds: int) -> None:
        nanoseconds = seconds * 1_000_000_000  # a timedelta would turn the timer off
        await self.client.set_disappearing_timer(address(group), nanoseconds, timedelta(0))

    async def set_group_photo(self, group: str, path: str) -> dict[str, Any]:
        with open(path, "rb") as file:  # noqa: ASYNC230, PTH123 - a test's small file
            return {"id": await self.client.set_group_photo(address(group), file.read())}

    async def link(self, group: str, revoke: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - by name, from JSON
        return {"link": await self.client.get_group_invite_link(address(group), revoke)}

    async def look_at_link(self, link: str) -> dict[str, Any]:
        return described(await self.client.get_group_info_from_link(link))

    async def join(self, link: str) -> dict[str, Any]:
        return {"jid": Jid2String(await self.client.join_group_with_link(link))}

    async def look_at_invite(self, group: str, inviter: str, code: str, expires: int) -> dict[str, Any]:
        invite = (address(group), address(inviter), code, expires)
        return described(await self.client.get_group_info_from_invite(*invite))

    async def accept(self, group: str, inviter: str, code: str, expires: int) -> None:
        await self.client.join_group_with_invite(address(group), address(inviter), code, expires)

    async def leave(self, group: str) -> None:
        await self.client.leave_group(address(group))

    async def requests(self, group: str) -> dict[str, Any]:
        asked = await self.client.get_group_request_participants(address(group))
        return {"people": [Jid2String(request.Participant) for request in asked]}

    async def read_in_group(self, group: str, sender: str, message: str) -> None:
        await self.client.mark_read(
            message, chat=address(group), sender=address(sender), receipt=ReceiptType.READ
        )  # fmt: skip

    async def send_raw(self, to: str, text: str) -> dict[str, Any]:
        return {"id": (await self.client.send_message(address(to), text)).ID}
