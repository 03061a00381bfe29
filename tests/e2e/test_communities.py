"""Pictures of groups, and communities: from HTTP to WhatsApp and the people in them, and the other way."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import Grouped, grouped
from tests.session_host.media.inputs import picture

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> AsyncIterator[Grouped]:
    async with grouped(module_gateway) as all_of_them:
        yield all_of_them


@pytest.mark.covers(
    "GET /api/groups/{jid}/picture", "PUT /api/groups/{jid}/picture", "POST /api/groups/{jid}/picture", client="neonize"
)
async def test_a_group_shows_another_picture(talk: Grouped) -> None:
    """In base64 and in a form, square and small; everybody is told; who is no member may not."""
    group = await talk.make(talk.ani)
    path = f"/api/groups/{group}/picture"
    assert (await talk.get(path))["url"] is None
    file = io.BytesIO()
    picture((1000, 700)).save(file, "PNG")
    said = base64.b64encode(file.getvalue()).decode()
    first = await talk.gateway.call("PUT", path, json={"imageBase64": said})
    change = await talk.change(group, "picture", lambda each: each["value"] is True)
    assert change["by"]["number"] == talk.me
    shown = await talk.get(path)
    assert shown["id"] == first["id"]
    assert (await talk.server(group))["picture"]["url"] == shown["url"]

    form = aiohttp.FormData()
    form.add_field("file", file.getvalue(), filename="a.png")
    other = await talk.gateway.call("POST", path, data=form)
    assert other["id"] != first["id"]
    await talk.gateway.http.delete(f"{talk.gateway.control}/phones/{talk.me}/groups/{group}/picture")
    await talk.change(group, "picture", lambda each: each["value"] is False)
    assert (await talk.get(path))["url"] is None
    theirs = (await talk.made_by(talk.ani, talk.budi))["groupJid"]
    with pytest.raises(RuntimeError, match=r"NOT_IN_GROUP|GROUP_NOT_ALLOWED"):
        await talk.gateway.call("PUT", f"/api/groups/{theirs}/picture", json={"imageBase64": said})
    with pytest.raises(RuntimeError, match="NOT_IN_GROUP"):
        await talk.get(f"/api/groups/{theirs}/picture")
    with pytest.raises(RuntimeError, match="NOT_SUPPORTED"):
        await talk.gateway.call("DELETE", path)


@pytest.mark.covers(
    "POST /api/communities", "GET /api/communities/{jid}/groups", "GET /api/communities/{jid}/participants",
    "PUT /api/communities/{jid}/groups/{group}", "DELETE /api/communities/{jid}/groups/{group}",
    client="neonize",
)  # fmt: skip
async def test_groups_come_into_a_community_and_leave_it(talk: Grouped) -> None:
    """With its group for announcements; who is in its groups is listed; each change is told."""
    made = await talk.post("/api/communities", subject="Pasar", description="All of us")
    community = made["groupJid"]
    assert made["group"]["community"] == {"isParent": True}
    base = f"/api/communities/{community}"
    [announcements] = (await talk.get(f"{base}/groups"))["groups"]
    assert announcements["announcements"] is True

    group = await talk.make(talk.ani, talk.budi, name="Toko")
    await talk.gateway.call("PUT", f"{base}/groups/{group}", json={})
    assert {each["jid"] for each in (await talk.get(f"{base}/groups"))["groups"]} == {announcements["jid"], group}
    people = (await talk.get(f"{base}/participants"))["participants"]
    assert {who["number"] for who in people} >= {talk.me, talk.ani, talk.budi}
    assert (await talk.change(group, "link"))["value"] == community

    inside = await talk.post("/api/groups", subject="Inside", parent=community)
    listed = (await talk.get(f"{base}/groups"))["groups"]
    assert inside["groupJid"] in {each["jid"] for each in listed}
    await talk.gateway.call("DELETE", f"{base}/groups/{group}")
    assert group not in {each["jid"] for each in (await talk.get(f"{base}/groups"))["groups"]}
    assert (await talk.change(group, "unlink"))["value"] == community


async def test_what_is_no_community_says_so(talk: Grouped) -> None:
    """A group is none, and what is no address of a group is none either."""
    group = await talk.make()
    with pytest.raises(RuntimeError, match="GROUP_INVALID"):
        await talk.get("/api/communities/628123456789@s.whatsapp.net/groups")

    with pytest.raises(RuntimeError, match="WA_REFUSED"):
        await talk.get(f"/api/communities/{group}/participants")
