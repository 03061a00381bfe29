"""Newsletters and calls, all the way: HTTP, the gateway, the sandbox's WhatsApp, and back."""

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.grouped import until
from tests.shared_gateway import fresh_number

NUMBER, OWNER = fresh_number(), fresh_number()


@pytest.mark.covers(
    "GET /api/newsletters", "POST /api/newsletters", "GET /api/newsletters/{newsletter}",
    "POST /api/newsletters/{jid}/follow", "POST /api/newsletters/{jid}/unfollow", "POST /api/newsletters/{jid}/mute",
    "GET /api/newsletters/{jid}/messages", "POST /api/newsletters/{jid}/react",
    client="neonize",
)  # fmt: skip
async def test_newsletters_are_found_followed_and_read(gateway: Gateway):
    """By address and link; what is posted comes to the inbox and the list; a reaction arrives; errors have names."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/phones", number=OWNER)
    made = await gateway.control_post(f"/phones/{OWNER}/newsletters", name="Sea", description="waves")
    jid, base = made["jid"], f"/api/newsletters/{made['jid']}"
    seen = (await gateway.call("GET", base))["newsletter"]
    assert (seen["name"], seen["role"], seen["inviteLink"]) == ("Sea", "guest", made["inviteLink"])
    by_link = await gateway.call("GET", f"/api/newsletters/{made['inviteLink'].rpartition('/')[2]}")
    assert by_link["newsletter"] == seen

    await gateway.call("POST", f"{base}/follow", json={})
    await gateway.call("POST", f"{base}/mute", json={})
    [followed] = (await gateway.call("GET", "/api/newsletters"))["newsletters"]
    assert (followed["jid"], followed["role"], followed["muted"], followed["followers"]) == (jid, "follower", True, 1)
    await gateway.control_post(f"/phones/{OWNER}/newsletters/{jid}/post", text="high tide")
    await gateway.control_post(f"/phones/{OWNER}/newsletters/{jid}/post", text="low tide")
    assert await gateway.until_shown("default", 2) == ["low tide", "high tide"]
    assert {message["chat"] for message in await gateway.inbox("default")} == {jid}
    page = await gateway.call("GET", f"{base}/messages?limit=1")
    assert [post["message"] for post in page["messages"]] == ["low tide"]
    page = await gateway.call("GET", f"{base}/messages?limit=1&before={page['next']}")
    [post] = page["messages"]
    assert post["message"] == "high tide"
    await gateway.call("POST", f"{base}/react", json={"serverId": post["serverId"], "emoji": "🌊"})

    async def reactions() -> dict[str, str]:
        """WhatsApp is not asked whether it took one."""
        [first, _] = (await gateway.control_get(f"/newsletters/{jid}"))["posts"]
        return first["reactions"]

    assert await until(reactions) == {NUMBER: "🌊"}

    await gateway.call("POST", f"{base}/unfollow", json={})
    assert (await gateway.call("GET", "/api/newsletters"))["newsletters"] == []
    own = (await gateway.call("POST", "/api/newsletters", json={"name": "Ours"}))["newsletter"]
    assert (own["name"], own["role"]) == ("Ours", "owner")
    for path, code in (
        (f"/api/newsletters/{own['jid']}/unfollow", "NEWSLETTER_NOT_ALLOWED"),
        ("/api/newsletters/120363999999999999@newsletter/follow", "NEWSLETTER_NOT_FOUND"),
        ("/api/newsletters/120363999999999999@g.us/follow", "NEWSLETTER_INVALID"),
    ):
        with pytest.raises(RuntimeError, match=code):
            await gateway.call("POST", path, json={})
