"""Groups from HTTP to WhatsApp and the people in them, and the other way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import NOBODY, Grouped, grouped

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> AsyncIterator[Grouped]:
    async with grouped(module_gateway) as all_of_them:
        yield all_of_them


@pytest.mark.covers("POST /api/group/create", "GET /api/group/info/{jid}", "event group_joined", client="neonize")
@pytest.mark.proves("out", "neonize", "group_invite")
async def test_a_group_is_made_and_each_is_told_apart(talk: Grouped) -> None:
    """Who is added, who is invited by a message that can be accepted, and who is not there at all."""
    made = await talk.post(
        "/api/group/create",
        name="Toko Sari",
        participants=[f"+{talk.ani[:2]} {talk.ani[2:]}", talk.budi, talk.ceci, NOBODY],
    )
    jid = made["groupJid"]
    assert [(each["number"], each["state"]) for each in made["result"]] == [
        (talk.ani, "added"),
        (talk.budi, "added"),
        (talk.ceci, "invited"),
        (NOBODY, "not_on_whatsapp"),
    ]
    assert (await talk.server(jid))["roles"] == {talk.me: "superadmin", talk.ani: "member", talk.budi: "member"}
    info = (await talk.get(f"/api/group/info/{jid}"))["group"]
    assert (info["jid"], info["subject"], info["size"]) == (jid, "Toko Sari", 3)
    assert {who["number"]: who["admin"] for who in info["participants"]} == {
        talk.me: "superadmin",
        talk.ani: None,
        talk.budi: None,
    }
    assert all(who["lid"].endswith("@lid") for who in info["participants"])
    assert info["owner"]["number"] == talk.me
    assert info["createdAt"] == (await talk.server(jid))["created"] * 1000
    assert (await talk.event("group_joined", jid))["subject"] == "Toko Sari"

    sent = await talk.get(f"/api/messages/{made['result'][2]['invite']['id']}")
    assert (sent["type"], sent["to"]) == ("group_invite", f"{talk.ceci}@s.whatsapp.net")
    assert (await talk.seen(talk.ceci, sent["messageId"]))["fromNumber"] == talk.me
    assert await talk.act(talk.ceci, jid, "accept") == {"joined": True}
    assert talk.ceci in (await talk.server(jid))["roles"]


@pytest.mark.covers(
    "POST /api/group/add-participants",
    "POST /api/group/remove-participants",
    "POST /api/group/promote",
    "POST /api/group/demote",
    "event group_changed",
    client="neonize",
)
async def test_members_come_go_and_become_admins(talk: Grouped) -> None:
    """As WhatsApp has it afterwards, with what is not possible told of each; each is an event with number and LID."""
    jid = await talk.make(talk.ani)

    async def states(path: str, *people: str) -> dict[str, str]:
        answer = await talk.post(f"/api/group/{path}", groupJid=jid, participants=list(people))
        return {each["number"]: each["state"] for each in answer["result"]}

    assert await states("add-participants", talk.ani, talk.budi, NOBODY) == {
        talk.ani: "already",
        talk.budi: "added",
        NOBODY: "not_on_whatsapp",
    }
    assert await states("promote", talk.budi) == {talk.budi: "promoted"}
    assert (await talk.server(jid))["roles"] == {talk.me: "superadmin", talk.ani: "member", talk.budi: "admin"}
    assert await states("demote", talk.budi) == {talk.budi: "demoted"}
    assert await states("remove-participants", talk.budi, talk.ceci) == {
        talk.budi: "removed",
        talk.ceci: "not_in_group",
    }
    assert (await talk.server(jid))["roles"] == {talk.me: "superadmin", talk.ani: "member"}
    for what in ("add", "promote", "demote", "remove"):
        told = await talk.change(jid, what)
        (who,) = told["people"]
        assert (who["number"], who["lid"].endswith("@lid"), told["by"]["number"]) == (talk.budi, True, talk.me), what


@pytest.mark.covers(
    "POST /api/group/update-subject", "POST /api/group/update-description", "POST /api/group/leave", client="neonize"
)
async def test_a_group_is_renamed_described_and_left(talk: Grouped) -> None:
    """WhatsApp has what was said; once left it is no group of the session's."""
    jid = await talk.make(talk.ani)
    await talk.post("/api/group/update-subject", groupJid=jid, subject="Warung \u2615")
    for description in ("Buka jam 7", ""):
        await talk.post("/api/group/update-description", groupJid=jid, description=description)
        found = await talk.server(jid)
        assert (found["name"], found["description"]) == ("Warung \u2615", description)
    assert (await talk.change(jid, "subject"))["value"] == "Warung \u2615"
    await talk.post("/api/group/leave", groupJid=jid)
    assert (await talk.server(jid))["roles"] == {talk.ani: "admin"}
    with pytest.raises(RuntimeError, match="NOT_IN_GROUP"):
        await talk.get(f"/api/group/info/{jid}")
    with pytest.raises(RuntimeError, match="GROUP_NOT_FOUND"):
        await talk.get("/api/group/info/120363999999999999@g.us")


@pytest.mark.covers(
    "POST /api/group/accept-invite",
    "GET /api/group/invite-link/{jid}",
    "POST /api/group/revoke-invite",
    "GET /api/invites/{code}",
    "POST /api/invites/{code}",
    "GET /api/groups/{jid}/invite",
    "DELETE /api/groups/{jid}/invite",
    "GET /api/groups/{jid}/requests",
    client="neonize",
)
async def test_ways_into_a_group(talk: Grouped) -> None:
    """By a link, which shows where it leads; by one that an admin has to confirm; by an invitation in the inbox."""
    jid = await talk.make(talk.ani)
    link = (await talk.get(f"/api/group/invite-link/{jid}"))["inviteLink"]
    assert (await talk.get(f"/api/groups/{jid}/invite"))["inviteLink"] == link
    other = (await talk.post("/api/group/revoke-invite", groupJid=jid))["inviteLink"]
    assert other != link
    third = await talk.gateway.call("DELETE", f"/api/groups/{jid}/invite")
    assert third["inviteLink"] not in {link, other}
    with pytest.raises(RuntimeError, match="INVITE_INVALID"):
        await talk.get(f"/api/invites/{link.rpartition('/')[2]}")

    theirs = await talk.made_by(talk.budi, talk.ani)
    code = theirs["inviteLink"].rpartition("/")[2]
    assert (await talk.get(f"/api/invites/{code}"))["group"]["subject"] == "Theirs"
    joined = await talk.post("/api/group/accept-invite", inviteLink=theirs["inviteLink"])
    assert (joined["groupJid"], joined["pending"]) == (theirs["groupJid"], False)
    assert talk.me in (await talk.server(theirs["groupJid"]))["roles"]

    guarded = await talk.made_by(talk.budi, talk.ani, approval=True)
    waits = await talk.post(f"/api/invites/{guarded['inviteLink'].rpartition('/')[2]}")
    assert (waits["groupJid"], waits["pending"]) == (guarded["groupJid"], True)
    await talk.act(talk.budi, guarded["groupJid"], "approve", participants=[talk.me])
    await talk.event("group_joined", guarded["groupJid"])

    await talk.act(talk.budi, guarded["groupJid"], "promote", participants=[talk.me])
    await talk.act(talk.ceci, guarded["groupJid"], "join")
    asking = await talk.change(guarded["groupJid"], "join_requested")
    assert [who["number"] for who in asking["people"]] == [talk.ceci]
    (request,) = (await talk.get(f"/api/groups/{guarded['groupJid']}/requests"))["requests"]
    assert request["lid"] == asking["people"][0]["lid"]  # WhatsApp tells no number here


@pytest.mark.covers(
    "GET /api/groups",
    "POST /api/groups",
    "GET /api/groups/{jid}",
    "PATCH /api/groups/{jid}",
    "DELETE /api/groups/{jid}",
    "GET /api/groups/{jid}/participants",
    "POST /api/groups/{jid}/participants",
    client="neonize",
)
async def test_groups_as_resources(talk: Grouped) -> None:
    """With all their settings at once, changed together, listed page by page, left."""
    made = await talk.post(
        "/api/groups", subject="Kantor", participants=[talk.ani], description="Rapat", announce=True, ephemeral=86400
    )
    jid, server = made["groupJid"], await talk.server(made["groupJid"])
    assert (made["notSet"], server["announce"], server["description"], server["seconds"]) == ([], True, "Rapat", 86400)
    await talk.gateway.call("PATCH", f"/api/groups/{jid}", json={"announce": False, "locked": True, "ephemeral": 0})
    shown = (await talk.get(f"/api/groups/{jid}"))["group"]
    assert (shown["announce"], shown["locked"], shown["ephemeral"], shown["description"]) == (False, True, 0, "Rapat")
    added = await talk.post(f"/api/groups/{jid}/participants", participants=[talk.budi])
    assert [each["state"] for each in added["results"]] == ["added"]
    members = (await talk.get(f"/api/groups/{jid}/participants"))["participants"]
    assert {who["number"] for who in members} == {talk.me, talk.ani, talk.budi}

    found: list[str] = []
    query = {"limit": "2"}
    while True:
        page = await talk.get("/api/groups", **query)
        found += [group["jid"] for group in page["groups"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert jid in found
    assert found == sorted(set(found))
    await talk.gateway.call("DELETE", f"/api/groups/{jid}")
    assert jid not in [group["jid"] for group in (await talk.get("/api/groups"))["groups"]]


@pytest.mark.covers("event group_changed", client="neonize")
async def test_what_others_do_comes_as_events(talk: Grouped) -> None:
    """Everything that the people of a group change, with who did it; the session is added and removed like anybody."""
    theirs = (await talk.made_by(talk.budi, talk.ani))["groupJid"]
    await talk.act(talk.budi, theirs, "add", participants=[talk.me])
    assert (await talk.event("group_joined", theirs))["size"] == 3
    for action, body, what, value in (
        ("subject", {"text": "Pasar"}, "subject", "Pasar"),
        ("description", {"text": "Sabtu"}, "description", "Sabtu"),
        ("announce", {}, "announce", True),
        ("announce", {"off": True}, "announce", False),
        ("locked", {}, "locked", True),
        ("timer", {"seconds": 604800}, "ephemeral", 604800),
        ("admins-add", {}, "member_add_mode", "admin_add"),
    ):
        await talk.act(talk.budi, theirs, action, **body)
        told = await talk.change(theirs, what, lambda change, value=value: change["value"] == value)
        assert told["by"]["number"] == talk.budi, action
    await talk.act(talk.budi, theirs, "remove", participants=[talk.me])
    left = await talk.change(theirs, "remove")
    assert [who["number"] for who in left["people"]] == [talk.me]
    with pytest.raises(RuntimeError, match="NOT_IN_GROUP"):
        await talk.get(f"/api/group/info/{theirs}")


async def test_who_may_not_is_told(talk: Grouped) -> None:
    """A member who is no admin, and who is not in a group."""
    theirs = (await talk.made_by(talk.budi, talk.ani, talk.me))["groupJid"]
    await talk.act(talk.budi, theirs, "locked")
    with pytest.raises(RuntimeError, match="GROUP_NOT_ALLOWED"):
        await talk.post("/api/group/update-subject", groupJid=theirs, subject="Mine")
    with pytest.raises(RuntimeError, match="GROUP_NOT_ALLOWED"):
        await talk.get(f"/api/group/invite-link/{theirs}")
    foreign = (await talk.made_by(talk.budi, talk.ani))["groupJid"]
    with pytest.raises(RuntimeError, match=r"GROUP_NOT_ALLOWED|NOT_IN_GROUP"):
        await talk.post("/api/group/add-participants", groupJid=foreign, participants=[talk.ceci])
