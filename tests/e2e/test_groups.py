"""Groups from HTTP to WhatsApp and the people in them, and the other way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.grouped import ANI, BUDI, CECI, ME, NOBODY, Grouped, grouped

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Grouped]:
    async with grouped(tmp_path_factory.mktemp("groups") / "data") as all_of_them:
        yield all_of_them


@pytest.mark.covers("POST /api/group/create", "GET /api/group/info/{jid}", "event group_joined", client="neonize")
@pytest.mark.proves("out", "neonize", "group_invite")
async def test_a_group_is_made_and_each_is_told_apart(talk: Grouped) -> None:
    """Who is added, who is invited by a message that can be accepted, and who is not there at all."""
    made = await talk.post(
        "/api/group/create", name="Toko Sari", participants=[f"+{ANI[:2]} {ANI[2:]}", BUDI, CECI, NOBODY]
    )
    jid = made["groupJid"]
    assert [(each["number"], each["state"]) for each in made["result"]] == [
        (ANI, "added"),
        (BUDI, "added"),
        (CECI, "invited"),
        (NOBODY, "not_on_whatsapp"),
    ]
    assert (await talk.server(jid))["roles"] == {ME: "superadmin", ANI: "member", BUDI: "member"}
    info = (await talk.get(f"/api/group/info/{jid}"))["group"]
    assert (info["jid"], info["subject"], info["size"]) == (jid, "Toko Sari", 3)
    assert {who["number"]: who["admin"] for who in info["participants"]} == {ME: "superadmin", ANI: None, BUDI: None}
    assert all(who["lid"].endswith("@lid") for who in info["participants"])
    assert info["owner"]["number"] == ME
    assert info["createdAt"] == (await talk.server(jid))["created"] * 1000
    assert (await talk.event("group_joined", jid))["subject"] == "Toko Sari"

    sent = await talk.get(f"/api/messages/{made['result'][2]['invite']['id']}")
    assert (sent["type"], sent["to"]) == ("group_invite", f"{CECI}@s.whatsapp.net")
    assert (await talk.seen(CECI, sent["messageId"]))["fromNumber"] == ME
    assert await talk.act(CECI, jid, "accept") == {"joined": True}
    assert CECI in (await talk.server(jid))["roles"]


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
    jid = await talk.make(ANI)

    async def states(path: str, *people: str) -> dict[str, str]:
        answer = await talk.post(f"/api/group/{path}", groupJid=jid, participants=list(people))
        return {each["number"]: each["state"] for each in answer["result"]}

    assert await states("add-participants", ANI, BUDI, NOBODY) == {
        ANI: "already",
        BUDI: "added",
        NOBODY: "not_on_whatsapp",
    }
    assert await states("promote", BUDI) == {BUDI: "promoted"}
    assert (await talk.server(jid))["roles"] == {ME: "superadmin", ANI: "member", BUDI: "admin"}
    assert await states("demote", BUDI) == {BUDI: "demoted"}
    assert await states("remove-participants", BUDI, CECI) == {BUDI: "removed", CECI: "not_in_group"}
    assert (await talk.server(jid))["roles"] == {ME: "superadmin", ANI: "member"}
    for what in ("add", "promote", "demote", "remove"):
        told = await talk.change(jid, what)
        (who,) = told["people"]
        assert (who["number"], who["lid"].endswith("@lid"), told["by"]["number"]) == (BUDI, True, ME), what


@pytest.mark.covers(
    "POST /api/group/update-subject", "POST /api/group/update-description", "POST /api/group/leave", client="neonize"
)
async def test_a_group_is_renamed_described_and_left(talk: Grouped) -> None:
    """WhatsApp has what was said; once left it is no group of the session's."""
    jid = await talk.make(ANI)
    await talk.post("/api/group/update-subject", groupJid=jid, subject="Warung \u2615")
    for description in ("Buka jam 7", ""):
        await talk.post("/api/group/update-description", groupJid=jid, description=description)
        found = await talk.server(jid)
        assert (found["name"], found["description"]) == ("Warung \u2615", description)
    assert (await talk.change(jid, "subject"))["value"] == "Warung \u2615"
    await talk.post("/api/group/leave", groupJid=jid)
    assert (await talk.server(jid))["roles"] == {ANI: "admin"}
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
    jid = await talk.make(ANI)
    link = (await talk.get(f"/api/group/invite-link/{jid}"))["inviteLink"]
    assert (await talk.get(f"/api/groups/{jid}/invite"))["inviteLink"] == link
    other = (await talk.post("/api/group/revoke-invite", groupJid=jid))["inviteLink"]
    assert other != link
    third = await talk.gateway.call("DELETE", f"/api/groups/{jid}/invite")
    assert third["inviteLink"] not in {link, other}
    with pytest.raises(RuntimeError, match="INVITE_INVALID"):
        await talk.get(f"/api/invites/{link.rpartition('/')[2]}")

    theirs = await talk.made_by(BUDI, ANI)
    code = theirs["inviteLink"].rpartition("/")[2]
    assert (await talk.get(f"/api/invites/{code}"))["group"]["subject"] == "Theirs"
    joined = await talk.post("/api/group/accept-invite", inviteLink=theirs["inviteLink"])
    assert (joined["groupJid"], joined["pending"]) == (theirs["groupJid"], False)
    assert ME in (await talk.server(theirs["groupJid"]))["roles"]

    guarded = await talk.made_by(BUDI, ANI, approval=True)
    waits = await talk.post(f"/api/invites/{guarded['inviteLink'].rpartition('/')[2]}")
    assert (waits["groupJid"], waits["pending"]) == (guarded["groupJid"], True)
    await talk.act(BUDI, guarded["groupJid"], "approve", participants=[ME])
    await talk.event("group_joined", guarded["groupJid"])

    await talk.act(BUDI, guarded["groupJid"], "promote", participants=[ME])
    await talk.act(CECI, guarded["groupJid"], "join")
    asking = await talk.change(guarded["groupJid"], "join_requested")
    assert [who["number"] for who in asking["people"]] == [CECI]
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
        "/api/groups", subject="Kantor", participants=[ANI], description="Rapat", announce=True, ephemeral=86400
    )
    jid, server = made["groupJid"], await talk.server(made["groupJid"])
    assert (made["notSet"], server["announce"], server["description"], server["seconds"]) == ([], True, "Rapat", 86400)
    await talk.gateway.call("PATCH", f"/api/groups/{jid}", json={"announce": False, "locked": True, "ephemeral": 0})
    shown = (await talk.get(f"/api/groups/{jid}"))["group"]
    assert (shown["announce"], shown["locked"], shown["ephemeral"], shown["description"]) == (False, True, 0, "Rapat")
    added = await talk.post(f"/api/groups/{jid}/participants", participants=[BUDI])
    assert [each["state"] for each in added["results"]] == ["added"]
    members = (await talk.get(f"/api/groups/{jid}/participants"))["participants"]
    assert {who["number"] for who in members} == {ME, ANI, BUDI}

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
    theirs = (await talk.made_by(BUDI, ANI))["groupJid"]
    await talk.act(BUDI, theirs, "add", participants=[ME])
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
        await talk.act(BUDI, theirs, action, **body)
        told = await talk.change(theirs, what, lambda change, value=value: change["value"] == value)
        assert told["by"]["number"] == BUDI, action
    await talk.act(BUDI, theirs, "remove", participants=[ME])
    left = await talk.change(theirs, "remove")
    assert [who["number"] for who in left["people"]] == [ME]
    with pytest.raises(RuntimeError, match="NOT_IN_GROUP"):
        await talk.get(f"/api/group/info/{theirs}")


async def test_who_may_not_is_told(talk: Grouped) -> None:
    """A member who is no admin, and who is not in a group."""
    theirs = (await talk.made_by(BUDI, ANI, ME))["groupJid"]
    await talk.act(BUDI, theirs, "locked")
    with pytest.raises(RuntimeError, match="GROUP_NOT_ALLOWED"):
        await talk.post("/api/group/update-subject", groupJid=theirs, subject="Mine")
    with pytest.raises(RuntimeError, match="GROUP_NOT_ALLOWED"):
        await talk.get(f"/api/group/invite-link/{theirs}")
    foreign = (await talk.made_by(BUDI, ANI))["groupJid"]
    with pytest.raises(RuntimeError, match=r"GROUP_NOT_ALLOWED|NOT_IN_GROUP"):
        await talk.post("/api/group/add-participants", groupJid=foreign, participants=[CECI])
