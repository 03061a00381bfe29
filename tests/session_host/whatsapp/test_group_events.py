"""What is made of the library's events of groups."""

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.callbacks import Callbacks
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.events.groups import changed, joined
from session_host.whatsapp.introductions import introduced, strangers
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import jid_of, protobufs
from shared.contracts.event import Person
from shared.contracts.group_events import GroupChange, GroupChanged, GroupJoined
from shared.jids import Jid

GROUP = "120363000000000001@g.us"
ANI, BUDI = "1111111@lid", "2222222@lid"


def event(**fields: Any) -> Any:
    return protobufs.GroupInfoEvent(
        JID=jid_of(Jid.parse(GROUP)), Notify="", Timestamp=7, PrevParticipantsVersionID="",
        ParticipantVersionID="", JoinReason="", **fields,
    )  # fmt: skip


def changes(**fields: Any) -> tuple[GroupChange, ...]:
    arrival = changed(event(**fields), 1, Acquaintances())
    assert isinstance(arrival, Arrival)
    assert isinstance(arrival.event, GroupChanged)
    return arrival.event.changes


def address(lid: str) -> Any:
    return jid_of(Jid.parse(lid))


def test_members_come_and_go_by_all_addresses_that_are_known() -> None:
    """Numbers that the session has heard of are filled in; the event is held while the library may know others."""
    people = Acquaintances()
    people.learn(ANI, "628111111111")
    added = changed(event(Join=[address(ANI), address(BUDI)], Sender=address(ANI)), 1, people)
    assert added is not None
    assert added.held
    told = added.event
    assert isinstance(told, GroupChanged)
    assert (told.group, told.timestamp, told.by) == (GROUP, 7, Person(number="628111111111", lid=ANI))
    assert told.changes[0].people == (Person(number="628111111111", lid=ANI), Person(lid=BUDI))
    assert strangers(told) == {BUDI}
    known = introduced(told, {BUDI: "628222222222"})
    assert strangers(known) == frozenset()
    people.learn(BUDI, "628222222222")
    assert changed(event(Leave=[address(BUDI)]), 1, people).held is False


def test_every_setting_that_is_told() -> None:
    """Each with what it is now."""
    name = protobufs.GroupName(Name="Toko", NameSetAt=1, NameSetBy=address(ANI))
    topic = protobufs.GroupTopic(Topic="", TopicID="", TopicSetAt=1, TopicSetBy=address(ANI), TopicDeleted=True)
    timer = protobufs.GroupEphemeral(IsEphemeral=True, DisappearingTimer=86400)
    found = changes(
        Name=name,
        Topic=topic,
        Locked=protobufs.GroupLocked(isLocked=True),
        Announce=protobufs.GroupAnnounce(IsAnnounce=False, AnnounceVersionID="1"),
        Ephemeral=timer,
        NewInviteLink="https://chat.whatsapp.com/x",
    )
    assert {change.what: change.value for change in found} == {
        "subject": "Toko",
        "description": None,
        "locked": True,
        "announce": False,
        "ephemeral": 86400,
        "invite_link": "https://chat.whatsapp.com/x",
    }


def test_what_the_library_does_not_tell_is_told_as_such() -> None:
    """An empty event, and elements that it has no field for: a request to join with who asks."""
    assert [change.what for change in changes()] == ["other"]
    attribute = protobufs.NodeAttrs(name="jid", jid=address(ANI))
    number = protobufs.NodeAttrs(name="phone_number", jid=jid_of(Jid.parse("628111111111@s.whatsapp.net")))
    asking = protobufs.Node(Tag="requested_user", Attrs=[attribute, number], Nil=False)
    nodes = [protobufs.Node(Tag="created_membership_requests", Nodes=[asking]), protobufs.Node(Tag="growth_locked")]
    assert changes(UnknownChanges=nodes) == (
        GroupChange(what="join_requested", people=(Person(number="628111111111", lid=ANI),)),
        GroupChange(what="other"),
    )


def test_a_group_that_the_session_came_into() -> None:
    """Its name, how many are in it, and why."""
    jid, none = address(ANI), protobufs.JID(User="", RawAgent=0, Device=0, Integrator=0, Server="")
    group = protobufs.GroupInfo(JID=jid_of(Jid.parse(GROUP)), OwnerJID=jid, OwnerPN=none)
    group.GroupName.Name = "Toko"
    group.Participants.add(LID=jid, PhoneNumber=none, JID=jid, DisplayName="", Error=0, IsAdmin=True, IsSuperAdmin=True)
    told = joined(protobufs.JoinedGroup(Reason="invite", Type="", CreateKey="", GroupInfo=group), 1, Acquaintances())
    assert told is not None
    assert told.event == GroupJoined(at=1, group=GROUP, subject="Toko", size=1, reason="invite", by=None)


def test_they_are_subscribed_to() -> None:
    """What has a reader is what the library is asked for."""
    assert {EventNumber.GROUP_INFO, EventNumber.JOINED_GROUP, EventNumber.UNDECRYPTABLE} <= set(Callbacks.ALWAYS_WANTED)
