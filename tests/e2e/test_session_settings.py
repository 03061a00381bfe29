"""What was chosen for a session counts at once, and stays."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.shared_gateway import fresh_number

OWNER = fresh_number()
SETTINGS = "/api/sessions/default/settings"


async def choose(gateway: Gateway, **ignore: bool) -> dict[str, Any]:
    return await gateway.call("PATCH", SETTINGS, json={"ignore": ignore})


@pytest.mark.covers("GET /api/sessions/{name}/settings", "PATCH /api/sessions/{name}/settings", client="neonize")
async def test_newsletters_are_ignored(gateway: Gateway) -> None:
    """No post comes into the inbox while they are; everything else does; without a new pairing or connection."""
    talk = await Talk.begin(gateway)
    await gateway.control_post("/phones", number=OWNER)
    made = await gateway.control_post(f"/phones/{OWNER}/newsletters", name="News")
    await gateway.control_post(f"/phones/{talk.number}/newsletters/{made['jid']}/follow")
    since = (await gateway.call("GET", "/api/status", params={"sessionId": "default"}))["since"]

    async def post(text: str) -> None:
        await gateway.control_post(f"/phones/{OWNER}/newsletters/{made['jid']}/post", text=text)

    await post("first")
    await talk.inbox(1)
    changed = await choose(gateway, newsletters=True)
    assert changed["applied"] is True
    assert changed["settings"]["ignore"] == {"groups": False, "status": False, "newsletters": True, "calls": False}
    await post("second")
    await talk.say(text="hello")
    await talk.inbox(2)
    await choose(gateway, newsletters=False, status=True)
    await post("third")
    shown = await talk.inbox(3)
    assert [message["message"] for message in shown] == ["third", "hello", "first"]
    assert (await gateway.call("GET", "/api/status", params={"sessionId": "default"}))["since"] == since
    kept = await gateway.call("GET", SETTINGS)
    assert kept["settings"]["ignore"] == {"groups": False, "status": True, "newsletters": False, "calls": False}
    assert "applied" not in kept


async def test_settings_are_there_for_who_takes_the_session(gateway: Gateway) -> None:
    """Chosen while it is stopped they count from its start; wrong ones are refused in words, and change nothing."""
    talk = await Talk.begin(gateway)
    await gateway.call("POST", "/api/sessions/default/stop")
    await choose(gateway, newsletters=True)
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await gateway.call("PATCH", SETTINGS, json={"ignore": {"groups": "yes"}})
    with pytest.raises(RuntimeError, match="SESSION_NOT_FOUND"):
        await gateway.call("PATCH", "/api/sessions/nobody/settings", json={"ignore": {"groups": True}})
    await gateway.call("POST", "/api/sessions/default/start")
    await gateway.until_connected("default")
    await gateway.control_post("/phones", number=OWNER)
    made = await gateway.control_post(f"/phones/{OWNER}/newsletters", name="News")
    await gateway.control_post(f"/phones/{talk.number}/newsletters/{made['jid']}/follow")
    await gateway.control_post(f"/phones/{OWNER}/newsletters/{made['jid']}/post", text="unheard")
    await talk.say(text="hello")
    (message,) = await talk.inbox(1)
    assert message["message"] == "hello"
