"""Sends that go wrong: what is said, and how often the frame was written."""

from typing import Any


async def test_a_frame_without_acknowledgement_is_healed(whatsapp: Any, host: Any) -> None:
    """The connection is reset, the same frame goes again, and the send succeeds with its id."""
    number = await host.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await whatsapp.fault("drop_acks", target=number, count=1)
    before = len(host.said)
    sent = await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="x", message_id="msg_1")
    assert {frame["id"] for frame in await whatsapp.frames(number)} == {sent["wa_id"]}
    await host.reported("one", "reconnecting", "healing", after=before)
    await host.reported("one", "connected", after=before)


async def test_frames_never_acknowledged_are_in_doubt_and_the_session_heals(whatsapp: Any, host: Any) -> None:
    """No success, WhatsApp's id is known, one frame id; another session notices nothing; sends work afterwards."""
    number, other = await host.pair(whatsapp), await host.pair(whatsapp, "other")
    sink = await whatsapp.new_sink()
    await whatsapp.fault("drop_acks", target=number, until_cleared=True)
    before = len(host.said)
    to = f"{sink}@s.whatsapp.net"
    answer = await host.do("one", "send", to=to, text="x", message_id="msg_1")
    assert answer["error"] == "InDoubt"
    assert {frame["id"] for frame in await whatsapp.frames(number)} == {answer["wa_id"]}
    await whatsapp.clear_faults()
    await host.reported("one", "connected", after=len(host.said) - 1 if host.said[-1].get("report") else before)
    assert not [said for said in host.said[before:] if said.get("session") == "other"]
    assert "wa_id" in await host.do("other", "send", to=to, text="y", message_id="msg_2")
    assert other


async def test_a_healing_is_told_apart_among_many_sessions(whatsapp: Any, host: Any) -> None:
    """After all reconnected at once, the socket to reset is found by making its client speak."""
    numbers = [await host.pair(whatsapp, f"s{place}") for place in range(4)]
    before = len(host.said)
    await whatsapp.fault("close")
    for place in range(4):
        await host.reported(f"s{place}", "connected", after=before)
    sink = await whatsapp.new_sink()
    await whatsapp.fault("drop_acks", target=numbers[2], count=1)
    before = len(host.said)
    sent = await host.do("s2", "send", to=f"{sink}@s.whatsapp.net", text="x", message_id="msg_1")
    assert sent.get("wa_id"), sent
    assert {said["session"] for said in host.said[before:] if "report" in said} == {"s2"}


async def test_a_refusal_is_not_sent_with_its_code(whatsapp: Any, host: Any) -> None:
    """WhatsApp's error number reaches the caller, and nothing is retried."""
    number = await host.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await whatsapp.fault("reject_messages", target=number, code=463, until_cleared=True)
    answer = await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="x", message_id="msg_1")
    assert (answer["error"], answer["refused"], answer["code"]) == ("NotSent", True, 463)


async def test_a_session_that_is_not_connected_sends_nothing(whatsapp: Any, host: Any) -> None:
    """A stopped session says so at once."""
    await host.pair(whatsapp)
    await host.do("one", "stop")
    answer = await host.do("one", "send", to="4915100000000@s.whatsapp.net", text="x", message_id="msg_1")
    assert answer["error"] == "NotSent"
