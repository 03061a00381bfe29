"""Groups as a second, independent client makes, changes, sees and leaves them: Baileys."""

import pytest

from tests.sandbox.baileys.driver import make_contact, pair


def jid(number: str) -> str:
    return f"{number}@s.whatsapp.net"


@pytest.fixture
async def people(baileys, control, new_number):
    """The number of Baileys, and a contact, which is neonize."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    return number, contact


@pytest.fixture
def call(baileys):
    """Call one of the functions that Baileys has for groups."""

    async def do(name: str, *args):
        return (await baileys.do("group", call=name, args=list(args)))["result"]

    return do


@pytest.fixture
def act(control):
    """Have the owner of a phone do something in a group."""

    async def do(number: str, group: str, action: str, **said):
        answer = await control.post(f"/phones/{number}/groups/{group}/{action}", json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return do


async def held(control, group: str) -> dict:
    return (await control.get(f"/groups/{group}")).json()


async def test_it_makes_a_group_changes_it_and_leaves(baileys, people, call, control, until) -> None:
    """The server holds what it says, members read what it writes, and it reads what they write."""
    number, contact = people
    group = (await call("groupCreate", "Team", [jid(contact)]))["id"]
    assert {member["number"] for member in (await held(control, group))["members"]} == {number, contact}
    assert (await baileys.hear("joined"))["subject"] == "Team"

    await baileys.do("send", to=group, text="good morning")
    await baileys.do("send", to=group, text="anybody?")

    async def texts() -> list[str]:
        messages = (await control.get(f"/contacts/{contact}/messages")).json()["messages"]
        return [message["text"] for message in messages if message["chat"] == group]

    async def both() -> bool:
        return await texts() == ["good morning", "anybody?"]

    await until(both)
    await control.post(f"/contacts/{contact}/send", json={"to": group, "text": "me"})
    assert (await baileys.hear("message", lambda line: line.get("text") == "me"))["from"] == group

    await call("groupUpdateSubject", group, "Crew")
    await baileys.hear("group", lambda line: line.get("subject") == "Crew")
    await call("groupUpdateDescription", group, "What we do")
    await call("groupSettingUpdate", group, "announcement")
    await call("groupSettingUpdate", group, "locked")
    await call("groupToggleEphemeral", group, 86_400)
    await call("groupMemberAddMode", group, "admin_add")
    await call("groupParticipantsUpdate", group, [jid(contact)], "promote")
    shown = await held(control, group)
    said = {"name": "Crew", "description": "What we do", "announce": True, "locked": True, "seconds": 86_400}
    assert {name: shown[name] for name in said} == said
    assert shown["adminsAdd"]
    assert {member["role"] for member in shown["members"]} == {"superadmin", "admin"}
    seen = await call("groupMetadata", group)
    assert (seen["subject"], seen["desc"], seen["announce"], len(seen["participants"])) == (
        "Crew",
        "What we do",
        True,
        2,
    )

    await call("groupLeave", group)
    assert [member["number"] for member in (await held(control, group))["members"]] == [contact]


async def test_it_is_told_what_others_do(baileys, people, act, control) -> None:
    """Taken in, the name, who comes, goes and becomes an admin, the picture; and that it was removed itself."""
    number, contact = people
    made = await control.post(f"/phones/{contact}/groups", json={"name": "Theirs", "participants": [number]})
    group = made.json()["groupJid"]
    assert (await baileys.hear("joined"))["id"] == group
    await act(contact, group, "subject", text="Still theirs")
    await baileys.hear("group", lambda line: line.get("subject") == "Still theirs")
    await act(contact, group, "announce")
    await baileys.hear("group", lambda line: line.get("announce") is True)
    await act(contact, group, "promote", participants=[number])
    await baileys.hear("members", lambda line: line["action"] == "promote")
    assert (await control.put(f"/phones/{contact}/groups/{group}/picture", json={})).status_code == 200
    await baileys.hear("pictured", lambda line: (line["id"], line["picture"]) == (group, "changed"))
    await act(contact, group, "remove", participants=[number])
    await baileys.hear("members", lambda line: line["action"] == "remove")


async def test_it_lets_people_in_and_is_let_in(people, call, act, control) -> None:
    """By its link with an admin's yes, by another's link, and by an invitation of its own."""
    number, contact = people
    group = (await call("groupCreate", "Team", []))["id"]
    await call("groupJoinApprovalMode", group, "on")
    old = await call("groupInviteCode", group)
    assert await call("groupRevokeInvite", group) != old
    assert await act(contact, group, "join") == {"joined": False}
    (asked,) = await call("groupRequestParticipantsList", group)
    assert asked["phone_number"] == jid(contact)
    (decided,) = await call("groupRequestParticipantsUpdate", group, [asked["jid"]], "approve")
    assert decided["status"] == "200"
    assert {member["number"] for member in (await held(control, group))["members"]} == {number, contact}

    made = (await control.post(f"/phones/{contact}/groups", json={"name": "Theirs"})).json()
    code = made["inviteLink"].rsplit("/", 1)[1]
    assert (await call("groupGetInviteInfo", code))["subject"] == "Theirs"
    assert await call("groupAcceptInvite", code) == made["groupJid"]

    await control.post(f"/phones/{number}/privacy", json={"groupadd": "none"})
    closed = (await control.post(f"/phones/{contact}/groups", json={"name": "Closed", "participants": [number]})).json()
    (refused,) = closed["results"]
    assert refused["code"] == 403
    invitation = {
        "groupJid": closed["groupJid"],
        "inviteCode": refused["inviteCode"],
        "inviteExpiration": refused["expires"],
    }
    await call("groupAcceptInviteV4", jid(contact), invitation)
    assert number in {member["number"] for member in (await held(control, closed["groupJid"]))["members"]}


async def test_it_makes_a_community(people, call, control) -> None:
    """With its announcements and a general chat, a group made in it, one linked, and one taken out again."""
    number, contact = people
    community = (await call("communityCreate", "Village", "All of us"))["id"]
    shown = await held(control, community)
    assert (shown["community"], shown["description"], len(shown["groups"])) == (True, "All of us", 2)
    garden = (await call("communityCreateGroup", "Garden", [jid(contact)], community))["id"]
    team = (await call("groupCreate", "Team", []))["id"]
    await call("communityLinkGroup", team, community)
    linked = await call("communityFetchLinkedGroups", community)
    assert {each["subject"] for each in linked["linkedGroups"]} == {"Village", "General", "Garden", "Team"}
    assert (await call("communityFetchLinkedGroups", garden))["communityJid"] == community
    assert {member["number"] for member in (await held(control, community))["members"]} == {number, contact}
    await call("communityUnlinkGroup", team, community)
    assert (await held(control, team))["parent"] is None
    await call("communityLeave", community)
    assert [member["number"] for member in (await held(control, garden))["members"]] == [contact]


async def test_what_it_asks_in_vain_is_listed(baileys, control, new_number) -> None:
    """A question to all groups, and one in JSON by its number, that nobody here answers: 501, and in `GET /unknown`."""
    number = new_number()
    await pair(control, baileys, number)
    for namespace, to, what in (
        ("w:g2", "@g.us", {"tag": "oddity", "attrs": {}}),
        ("w:mex", "s.whatsapp.net", {"tag": "query", "attrs": {"query_id": "404"}, "content": "{}"}),
    ):
        iq = {"tag": "iq", "attrs": {"type": "get", "xmlns": namespace, "to": to}, "content": [what]}
        assert "feature-not-implemented" in await baileys.refused("group", call="query", args=[iq])
    sorts = (await control.get("/unknown")).json()["unknown"]
    asked = [(sort["namespace"], sort["tags"]) for sort in sorts if sort["number"] == number]
    assert [each for each in asked if each[0] in ("w:g2", "w:mex")] == [
        ("w:g2", ["oddity"]),
        ("w:mex", ["query 404"]),
    ]
