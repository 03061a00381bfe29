"""The group routes: what is refused before anybody is asked, and what is made of what a session answers."""

from __future__ import annotations

from typing import Any

import pytest

from functions.groups.routes import FAMILY
from functions.reference.openapi import readable
from functions.unsupported import LACKS
from shared.contracts.commands.groups import (
    AcceptInvite,
    ChangeMembers,
    CreatedReply,
    CreateGroup,
    GroupReply,
    GroupsReply,
    JoinByLink,
    ListGroups,
    MemberResult,
    MembersReply,
    ReadGroup,
    SetGroup,
)
from shared.contracts.content.group_invite import GroupInvite
from shared.contracts.group import Group
from tests.functions.conftest import Api
from tests.functions.shard import Shard

JID = "120363000000000001@g.us"
GROUP = Group(jid=JID, subject="Toko", size=1)
ANI, BUDI = "628111111111", "628222222222"


async def post(
    api: Api, key: dict[str, str], path: str, method: str = "POST", **body: Any
) -> tuple[int, dict[str, Any]]:
    answer = await api.http.request(method, path, headers=key, json=body)
    return answer.status_code, answer.json()


def asked(shard: Shard) -> list[Any]:
    return [request.command for request in shard.seen]


@pytest.fixture
async def session(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The session `default`, of which nothing has been asked."""
    assert (await api.send(key)).status_code == 200
    shard.seen.clear()


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/group/create", {"name": "x" * 101}, "BAD_REQUEST"),
        ("/api/group/create", {"name": "\u200b"}, "BAD_REQUEST"),
        ("/api/group/create", {"name": "Toko", "participants": ["nobody"]}, "NUMBER_INVALID"),
        ("/api/group/create", {"name": "Toko", "participants": [JID]}, "NUMBER_INVALID"),
        ("/api/group/create", {"name": "Toko", "participants": [ANI] * 1024}, "BAD_REQUEST"),
        ("/api/group/add-participants", {"groupJid": ANI + "@s.whatsapp.net", "participants": [ANI]}, "GROUP_INVALID"),
        ("/api/group/add-participants", {"groupJid": JID, "participants": []}, "BAD_REQUEST"),
        ("/api/group/update-description", {"groupJid": JID, "description": "x" * 2049}, "BAD_REQUEST"),
        ("/api/group/accept-invite", {}, "BAD_REQUEST"),
        ("/api/group/accept-invite", {"inviteCode": "https://example.com/AbCdEfGhIjKl"}, "INVITE_INVALID"),
        ("/api/group/accept-invite", {"code": "AbC"}, "BAD_REQUEST"),
        ("/api/groups", {"subject": "Toko", "ephemeral": 60}, "BAD_REQUEST"),
        ("/api/groups/x/participants", {"participants": [ANI]}, "GROUP_INVALID"),
    ],
)
@pytest.mark.usefixtures("session")
async def test_what_is_wrong_is_refused_before_whatsapp_is_asked(  # noqa: PLR0913, PLR0917 - fixtures
    api: Api, key: dict[str, str], shard: Shard, path: str, body: dict[str, Any], code: str
) -> None:
    """400 or 422, and the shard hears nothing of it."""
    status, answer = await post(api, key, path, **body)
    assert (answer["code"], status in {400, 422}) == (code, True)
    assert asked(shard) == []


@pytest.mark.usefixtures("session")
async def test_both_spellings_ask_for_the_same(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The POST routes and the resources; people as they are written, each once; groups also by what is before the @."""
    shard.replies = {CreateGroup: CreatedReply(group=GROUP)}
    people = ["+62 811-1111-111", ANI]
    _, made = await post(api, key, "/api/group/create", name="Toko", participants=people)
    await post(api, key, "/api/groups", subject="Toko", participants=people)
    assert (made["groupId"], made["groupJid"], made["result"]) == (JID, JID, [])
    user = JID.partition("@")[0]
    await post(api, key, "/api/group/promote", groupJid=user, participants=people)
    await post(api, key, f"/api/groups/{JID}/participants", action="promote", participants=people)
    await post(api, key, "/api/group/update-subject", groupJid=JID, subject="Warung")
    await post(api, key, f"/api/groups/{user}", "PATCH", subject="Warung")
    await post(api, key, "/api/group/accept-invite", inviteLink="https://chat.whatsapp.com/AbCdEfGhIjKl")
    await post(api, key, "/api/invites/AbCdEfGhIjKl")
    commands = asked(shard)
    assert [type(each) for each in commands[::2]] == [CreateGroup, ChangeMembers, SetGroup, JoinByLink]
    assert commands[::2] == commands[1::2]
    assert commands[0].people == (f"{ANI}@s.whatsapp.net",)


@pytest.mark.usefixtures("session")
async def test_who_does_not_want_to_be_added_is_invited(api: Api, key: dict[str, str], shard: Shard) -> None:
    """By a message of the session; with `invite: false` the answer has the code, and nothing is sent."""
    refused = MemberResult(
        asked=f"{ANI}@s.whatsapp.net",
        number=ANI,
        lid="1@lid",
        state="forbidden",
        code=403,
        invite="AbC",
        invite_until=9,
    )
    gone = MemberResult(asked=f"{BUDI}@s.whatsapp.net", number=BUDI, state="not_on_whatsapp", code=404)
    shard.replies = {
        ChangeMembers: MembersReply(results=(refused, gone)),
        ReadGroup: GroupReply(group=GROUP),
    }
    frames = len(shard.frames)
    body = {"groupJid": JID, "participants": [ANI, BUDI]}
    _, told = await post(api, key, "/api/group/add-participants", **body, invite=False)
    assert [each["state"] for each in told["result"]] == ["forbidden", "not_on_whatsapp"]
    assert told["result"][0]["invite"] == {"code": "AbC", "expiresAt": 9}
    assert len(shard.frames) == frames
    _, told = await post(api, key, "/api/group/add-participants", **body)
    assert [each["state"] for each in told["result"]] == ["invited", "not_on_whatsapp"]
    ((_, to, content),) = shard.frames[frames:]
    assert to == f"{ANI}@s.whatsapp.net"
    assert content == GroupInvite(group_jid=JID, group_name="Toko", code="AbC", expires_at=9)
    row = (await api.http.get(f"/api/messages/{told['result'][0]['invite']['id']}", headers=key)).json()
    assert (row["type"], row["status"]) == ("group_invite", "sent")


@pytest.mark.usefixtures("session")
async def test_an_invitation_that_came_is_accepted_as_the_inbox_shows_it(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """`group`, `code` and `expiresAt` of the message's `invite`, and who sent it."""
    body = {"groupJid": JID, "code": "AbC", "expiresAt": 1_900_000_000, "inviter": ANI}
    status, _ = await post(api, key, "/api/group/accept-invite", **body)
    assert status == 200
    assert asked(shard) == [
        AcceptInvite(jid=JID, inviter=f"{ANI}@s.whatsapp.net", code="AbC", expires_at=1_900_000_000)
    ]


@pytest.mark.usefixtures("session")
async def test_a_list_goes_on_behind_its_last_group(api: Api, key: dict[str, str], shard: Shard) -> None:
    """`next` is there as long as there is more, and is what `after` takes."""
    shard.replies = {ListGroups: GroupsReply(groups=(GROUP,), more=True)}
    first = (await api.http.get("/api/groups?limit=1", headers=key)).json()
    assert first["next"] == JID
    shard.replies = {ListGroups: GroupsReply(groups=())}
    second = (await api.http.get(f"/api/groups?limit=1&after={JID}", headers=key)).json()
    assert (second["groups"], second["next"]) == ([], None)
    assert asked(shard) == [ListGroups(limit=1), ListGroups(limit=1, after=JID)]


@pytest.mark.usefixtures("session")
async def test_what_the_library_cannot_says_so(api: Api, key: dict[str, str], shard: Shard) -> None:
    """501 with the reason, and nobody is asked."""
    for method, path, body in (
        ("POST", f"/api/groups/{JID}/requests/approve", {}),
        ("POST", f"/api/groups/{JID}/requests/reject", {}),
        ("DELETE", f"/api/groups/{JID}/picture", {}),
        ("PATCH", f"/api/groups/{JID}", {"joinApproval": True}),
        ("PATCH", f"/api/groups/{JID}", {"memberAddMode": "admins"}),
    ):
        status, answer = await post(api, key, path, method, **body)
        assert (status, answer["code"]) == (501, "NOT_SUPPORTED"), path
        assert "neonize" in answer["error"]
    assert asked(shard) == []


@pytest.mark.usefixtures("session")
async def test_no_other_key_reaches_the_groups_of_a_session(api: Api, shard: Shard) -> None:
    """Every route with a body that would do: the session is not there for it, and its shard is asked nothing."""
    other = await api.new_key()
    body = {
        "name": "x", "subject": "x", "description": "x", "groupJid": JID, "participants": [ANI], "inviteCode": "A" * 20,
    }  # fmt: skip
    for handler in FAMILY.routes:
        if LACKS in handler.opt:
            continue
        (path,) = handler.paths
        address = readable(path).replace("{code}", "A" * 20).replace("{jid}", JID).replace("{group}", JID)
        for method in handler.http_methods - {"HEAD"}:
            _, answer = await post(api, other, address, method, **body)
            assert answer["code"] == "SESSION_NOT_FOUND", (method, address, answer)
    assert asked(shard) == []
