"""Whatever dies or falls silent: nothing is lost, nothing sent twice, and it comes back by itself."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import media_crashes
from benchmarks.crashes import kill_running_shard, kill_while_receiving, kill_while_sending, logged_in
from benchmarks.gateway import Gateway, running
from benchmarks.heard import until_heard
from tests.shared_gateway import fresh_number


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway of the test's own, to be hurt."""
    async with running(tmp_path / "data") as gateway:
        yield gateway


async def outcomes(gateway: Gateway, wanted: int) -> list[dict[str, Any]]:
    """What is told of so many sends of the API that went out, or may have, as soon as it is."""
    found: list[dict[str, Any]] = []
    query = {"types": "message.sent,message.unknown", "wait": "5"}
    async with asyncio.timeout(60):
        while len({event["data"]["sendId"] for event in found}) < wanted:
            after = {"after": found[-1]["cursor"]} if found else {}
            events = (await gateway.call("GET", "/api/events", params=query | after))["events"]
            found += [event for event in events if event["data"]["via"] == "api"]
    return found


async def has_struck(gateway: Gateway, fault: dict[str, Any], times: int) -> None:
    """Return as soon as a fault has struck so often."""
    async with asyncio.timeout(30):
        while True:
            faults = (await gateway.control_get("/faults"))["faults"]
            if any(each["id"] == fault["id"] and each["struck"] >= times for each in faults):
                return
            await asyncio.sleep(0.05)


async def test_a_killed_shard_neither_loses_nor_doubles_a_send(gateway: Gateway):
    """Every send is repeated under its key until it ends: it arrived once, or is `unknown`; and that is told once."""
    sessions = await logged_in(gateway, 3)
    seen = await kill_while_sending(gateway, list(sessions), 120)
    assert (seen.lost, seen.doubled, seen.other) == (0, 0, {})
    assert seen.sent + seen.unknown == 120
    told = await outcomes(gateway, 120)
    assert len({event["id"] for event in told}) == len(told)
    ends = [(event["data"]["sendId"], event["type"]) for event in told]
    assert len(set(ends)) == len(ends)
    assert len({send for send, _ in ends}) == 120
    assert sum(end == "message.sent" for _, end in ends) >= seen.sent


async def test_what_arrives_while_shards_are_killed_is_in_the_inbox(gateway: Gateway):
    """WhatsApp keeps what was not acknowledged, the journal what was: each message shows, once.

    But for one that the library had acknowledged and not yet handed over when it died with its process.
    """
    sessions = await logged_in(gateway, 3)
    seen = await kill_while_receiving(gateway, sessions, messages=90, kills=2)
    assert (seen.shown_twice, seen.missing) == (0, [])
    assert seen.shown + len(seen.in_the_gap) == 90


@contextmanager
def journal_held(gateway: Gateway) -> Generator[None]:
    """Nothing is written to the shard's journal meanwhile."""
    with closing(sqlite3.connect(gateway.data / "journal" / "0.db", isolation_level=None)) as journal:
        journal.execute("BEGIN IMMEDIATE")
        yield


@asynccontextmanager
async def killed_with_all_in_its_hands(gateway: Gateway, number: str, wanted: int) -> AsyncGenerator[None]:
    """Kill the shard when it has opened so many messages that come in here: none acknowledged, none in the journal."""
    unheard = await gateway.control_post("/faults", kind="ignore_receipts", target=number)
    with journal_held(gateway):
        yield
        await has_struck(gateway, unheard, wanted)
        await kill_running_shard(gateway)
    await gateway.clear_fault(unheard)


async def test_what_the_library_had_opened_and_nobody_had_kept_comes_again(gateway: Gateway):
    """WhatsApp brings it again, and the library would drop it as what it had: of a chat, of somebody new, of a group.

    Also where the session answered before, so that the chat took a turn.
    """
    ((session, number),) = (await logged_in(gateway, 1)).items()
    known, new = fresh_number(), fresh_number()
    await gateway.control_post("/contacts", number=known)
    group = (await gateway.control_post(f"/phones/{known}/groups", name="Sea", participants=[number]))["groupJid"]

    async def say(text: str, who: str = known, to: str = number) -> None:
        await gateway.control_post(f"/contacts/{who}/send", to=to, text=text)

    await say("to know you")
    await say("to know you all", to=group)
    await gateway.until_shown(session, 2)
    await gateway.send_many(session, known, 1)
    async with killed_with_all_in_its_hands(gateway, number, 5):
        await say("1")
        await say("2")
        await say("3", new)
        await say("4", to=group)
        await say("5", to=group)
    await say("6")
    await say("7", new)
    await say("8", to=group)
    shown = await gateway.until_shown(session, 10)
    assert sorted(shown) == [*"12345678", "to know you", "to know you all"]


async def test_a_restart_keeps_what_the_library_had_acknowledged(gateway: Gateway):
    """It hands one message after the other over, and had twenty in its hands when it was disconnected."""
    ((session, number),) = (await logged_in(gateway, 1)).items()
    contact = f"/contacts/{fresh_number()}/send"
    texts = [f"{place}" for place in range(20)]
    with journal_held(gateway):
        ids = {(await gateway.control_post(contact, to=number, text=each))["id"] for each in texts}
        await until_heard(gateway, [number], ids)
        last = len((await gateway.control_get("/connections", number=number))["connections"]) - 1
        restarting = asyncio.create_task(gateway.call("POST", f"/api/sessions/{session}/restart"))
        async with asyncio.timeout(30):
            while (await gateway.control_get("/connections", number=number))["connections"][last]["to"] is None:
                await asyncio.sleep(0.01)
    await restarting
    assert sorted(await gateway.until_shown(session, 20)) == sorted(texts)


async def test_unacknowledged_frames_are_never_called_sent_and_heal(gateway: Gateway):
    """WhatsApp takes a frame and stays silent: no success until it answers, other sessions go on, one frame id."""
    sessions = await logged_in(gateway, 2)
    silent, lively = sessions
    sinks = await gateway.sinks(2)
    await gateway.send_many(silent, sinks[0], 1)
    fault = await gateway.control_post("/faults", kind="drop_acks", target=sessions[silent])
    sending = asyncio.create_task(
        gateway.call("POST", "/api/send-message", json={"sessionId": silent, "number": sinks[0], "message": "silence"})
    )
    await gateway.send_many(lively, sinks[1], 5)
    frames = await gateway.frames_from(sessions[silent], wanted=2)
    assert not sending.done()
    await gateway.clear_fault(fault)
    answer = await asyncio.wait_for(sending, 25)  # one that is not healed is given up after 20 s, as `unknown`
    assert answer["status"] == "sent"
    assert answer["messageId"] == frames[-1]["id"]
    assert len({frame["id"] for frame in await gateway.frames_from(sessions[silent], wanted=2)}) == 2


async def test_sessions_come_back_without_a_qr_when_everything_restarts(tmp_path: Path):
    """Stop it all, start it all on the same folder: connected again, with the key and the inbox of before."""
    async with running(tmp_path / "data") as gateway:
        sessions = await logged_in(gateway, 2)
        key = gateway.key
    async with running(tmp_path / "data") as gateway:
        gateway.key = key
        for name, number in sessions.items():
            await gateway.until_connected(name)
            status = await gateway.call("GET", "/api/status", params={"sessionId": name})
            assert status["number"] == number


async def test_an_unreachable_whatsapp_is_said_and_the_session_comes_up_when_it_can(gateway: Gateway):
    """A QR is answered within 10 s with what is wrong, the status names the next try, and nobody has to restart it."""
    fault = await gateway.control_post("/faults", kind="unreachable", mode="refuse")
    begun = time.monotonic()
    async with gateway.http.get(
        f"{gateway.url}/api/qr", params={"sessionId": "sales"}, headers={"X-API-Key": gateway.key}
    ) as answer:
        said = await answer.json()
    assert (answer.status, said["code"]) == (503, "WA_UNREACHABLE")
    assert time.monotonic() - begun < 10
    async with asyncio.timeout(60):  # while it tries, no next try is said
        while not (status := await gateway.call("GET", "/api/status", params={"sessionId": "sales"})).get("nextTry"):
            await asyncio.sleep(0.05)
    assert (status["status"], status["reason"]) == ("reconnecting", "wa_unreachable")
    await gateway.clear_fault(fault)
    async with asyncio.timeout(60):
        while (await gateway.call("GET", "/api/status", params={"sessionId": "sales"}))["status"] != "qr_ready":
            await asyncio.sleep(0.2)


async def test_files_through_crashes(gateway: Gateway):
    """Sent once or `unknown`; not even that when only the converters' process dies; what arrives can be had, whole."""
    sessions = await logged_in(gateway, 2)
    sent = await media_crashes.kill_while_sending(gateway, list(sessions), 10)
    assert (sent.lost, sent.doubled, sent.other) == (0, 0, {})
    assert sent.sent + sent.unknown == 10
    converted = await media_crashes.kill_while_converting(gateway, list(sessions), 6)
    assert (converted.sent, converted.lost, converted.doubled) == (6, 0, 0)
    arrived = await media_crashes.kill_while_receiving(gateway, sessions, files=8, kills=1)
    assert (arrived.shown_twice, arrived.missing, arrived.not_had) == (0, [], {})
    assert arrived.had + len(arrived.in_the_gap) == 8
