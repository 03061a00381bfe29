"""A session that is open and brings nothing finds that out by itself, when it is asked to."""

from __future__ import annotations

from typing import Any

AFTER, SOON, WITHIN = 0.5, 1.0, 5.0
"""Seconds: of silence before a probe; for an echo that does not come, and for one that comes."""


async def silent(whatsapp: Any, number: str) -> None:
    struck = await whatsapp.fault("drop_inbound", target=number)
    assert struck["hit"]


def is_echo(said: dict[str, Any]) -> bool:
    return said.get("event", {}).get("kind") == "echo"


async def test_a_connection_that_brings_nothing_is_made_anew(whatsapp: Any, host: Any) -> None:
    """Its probe is acknowledged and nothing comes of it; what waited comes over the next connection."""
    number, other = await host.pair(whatsapp), await host.pair(whatsapp, "other")
    await silent(whatsapp, number)
    sent = await host.do("other", "send", to=f"{number}@s.whatsapp.net", text="held back", message_id="msg_1")
    before = len(host.said)
    await host.do("one", "probe", after=AFTER, echoed_within=SOON)
    await host.reported("one", "reconnecting", "healing", after=before)
    await host.reported("one", "connected", after=before)
    came = await host.hear(lambda said: said.get("event", {}).get("kind") == "message_received", after=before)
    assert (came["session"], came["event"]["id"]) == ("one", sent["wa_id"])
    assert other


async def test_a_connection_that_brings_what_it_has_is_left_alone(whatsapp: Any, host: Any) -> None:
    """Each probe has its echo, again and again, on one connection."""
    number = await host.pair(whatsapp)
    before = len(host.said)
    await host.do("one", "probe", after=AFTER, echoed_within=WITHIN)
    for _ in range(3):
        await host.hear(is_echo, after=before)
        before = next(place for place, said in enumerate(host.said) if place >= before and is_echo(said)) + 1
    assert [said for said in host.said if said.get("report", {}).get("status") == "reconnecting"] == []
    assert {frame["type"] for frame in await whatsapp.frames(number)} == {"reaction"}


async def test_nothing_of_a_probe_is_shown(whatsapp: Any, host: Any) -> None:
    """Another device of the number is told of a reaction that is taken off a message that there never was."""
    number = await host.pair(whatsapp)
    await host.pair(whatsapp, "beside", number=number)
    before = len(host.said)
    await host.do("one", "probe", after=AFTER, echoed_within=WITHIN)
    told = await host.hear(lambda said: said.get("session") == "beside" and "event" in said, after=before)
    event = told["event"]
    assert (event["type"], event["from_me"], event["content"]["reaction"].get("emoji")) == ("reaction", True, "")
