"""The bus over a real nats-server: requests, doorbells, and what happens when the server goes away."""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.adapters.nats import bus as buses
from shared.adapters.nats.bus import NatsBus, open_bus
from shared.bus import NoAnswer, NoResponder
from shared.contracts.answers import decode
from shared.contracts.commands.command import Done
from shared.errors import BodyTooLarge, BusUnavailable, Internal, NoHost, SessionNotFound
from shared.settings import StoreSettings
from tests.chaos.partition import link
from tests.emulators import servers
from tests.emulators.nats_process import NatsServer

Connect = Callable[[str], Awaitable[NatsBus]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connects buses that are closed after the test."""
    connected: list[NatsBus] = []

    async def one(url: str) -> NatsBus:
        connected.append(await NatsBus.connect(url, name="test"))
        return connected[-1]

    yield one
    for bus in connected:
        await bus.close()


@pytest.fixture
def subject() -> str:
    return f"test.{uuid.uuid4().hex}"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def until_healthy(*those: NatsBus) -> None:
    """A round trip has a second, which a busy machine may need."""
    async with asyncio.timeout(30):
        for bus in those:
            while not await bus.healthy():
                await asyncio.sleep(0.01)


async def upper(payload: bytes) -> bytes:
    return payload.upper()


async def test_a_request_is_answered_by_another_process(nats_url: str, connect: Connect, subject: str) -> None:
    """Each of many at once gets its own answer."""
    asking, answering = await connect(nats_url), await connect(nats_url)
    await answering.serve(subject, upper)
    await until_healthy(answering)
    answers = await asyncio.gather(
        *(asking.request(subject, f"q{number}".encode(), timeout=30) for number in range(100))
    )
    assert answers == [f"Q{number}".encode() for number in range(100)]


async def test_nobody_listening_is_known_at_once(nats_url: str, connect: Connect, subject: str) -> None:
    """Not after the timeout; also after the one who listened stopped."""
    bus = await connect(nats_url)
    began = time.monotonic()
    with pytest.raises(NoResponder):
        await bus.request(subject, b"", timeout=60)
    subscription = await bus.serve(subject, upper)
    assert await bus.request(subject, b"a", timeout=30) == b"A"
    await subscription.stop()
    await subscription.stop()
    with pytest.raises(NoResponder):
        await bus.request(subject, b"", timeout=60)
    assert time.monotonic() - began < 50


async def test_what_is_too_large_is_told_at_once(nats_url: str, connect: Connect, subject: str) -> None:
    """A question, which nobody sees, and an answer, for which nobody waits in vain."""
    asker, answerer = await connect(nats_url), await connect(nats_url)
    seen: list[int] = []

    async def huge(payload: bytes) -> bytes:
        seen.append(len(payload))
        return b"x" * 2_000_000

    await answerer.serve(subject, huge)
    async with asyncio.timeout(30):
        with pytest.raises(BodyTooLarge):
            await asker.request(subject, b"x" * 2_000_000, timeout=60)
        with capture_logs():
            answer = await asker.request(subject, b"small", timeout=60)
    assert seen == [5]
    with pytest.raises(Internal):
        decode(answer, Done)


async def test_no_answer_in_time_is_told_as_such(nats_url: str, connect: Connect, subject: str) -> None:
    """And a late answer disturbs no later request."""
    bus = await connect(nats_url)
    answer = asyncio.Event()

    async def slowly(payload: bytes) -> bytes:
        if payload == b"slow":
            await answer.wait()
        return payload

    await bus.serve(subject, slowly)
    with pytest.raises(NoAnswer):
        await bus.request(subject, b"slow", timeout=0.05)
    answer.set()
    assert await bus.request(subject, b"fast", timeout=30) == b"fast"


async def test_messages_are_handled_at_once_and_begun_in_order(nats_url: str, connect: Connect, subject: str) -> None:
    """One that waits holds up nobody; each begins when it arrived."""
    bus = await connect(nats_url)
    begun: list[bytes] = []
    everyone = asyncio.Event()

    async def together(payload: bytes) -> bytes:
        begun.append(payload)
        if len(begun) == 20:
            everyone.set()
        await everyone.wait()
        return payload

    await bus.serve(subject, together)
    questions = [bytes([number]) for number in range(20)]
    assert await asyncio.gather(*(bus.request(subject, question, timeout=30) for question in questions)) == questions
    assert begun == questions


async def test_what_is_said_in_one_turn_stays_in_order(nats_url: str, connect: Connect, subject: str) -> None:
    """Doorbells, requests and what nats-py sends itself share one write, and none overtakes another."""
    asking, answering = await connect(nats_url), await connect(nats_url)
    begun: list[bytes] = []

    async def note(payload: bytes) -> bytes:
        begun.append(payload)
        return payload

    await answering.serve(subject, note)
    asks = [asking.request(subject, b"%d" % number, timeout=30) for number in range(200)]
    assert await asyncio.gather(*asks) == [b"%d" % number for number in range(200)]
    assert begun == [b"%d" % number for number in range(200)]
    await until_healthy(asking)


async def _ask_more_and_more(bus: NatsBus, subject: str) -> None:
    """Ask without waiting for answers until a question ends; raises what it ended with."""
    while True:
        wait = asyncio.create_task(bus.request(subject, b"x" * 500_000, timeout=30))
        done, _ = await asyncio.wait({wait}, timeout=0.02)
        if done:
            with contextlib.suppress(NoResponder):  # it was answered before the server stood still
                await wait


async def test_a_server_that_takes_nothing_is_told_before_the_deadline(
    own_nats: NatsServer, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests that could not even leave end at once when 2 MiB wait before them, and nothing is kept for ever."""
    monkeypatch.setattr(buses, "_PING_EVERY", 60)  # else the connection ends when a busy machine takes its time
    bus = await NatsBus.connect(own_nats.url, name="test")
    own_nats.freeze()
    try:
        with pytest.raises(NoAnswer):
            await _ask_more_and_more(bus, subject)
        assert bus.connected
    finally:
        own_nats.thaw()
        await bus.close()


async def test_a_handlers_error_is_answered_and_logged_once(nats_url: str, connect: Connect, subject: str) -> None:
    """An error of the catalogue travels as itself, any other as INTERNAL with a line in the log."""
    bus = await connect(nats_url)

    async def failing(payload: bytes) -> bytes:
        if payload == b"known":
            raise SessionNotFound(sessionId="sales")
        raise ZeroDivisionError

    await bus.serve(subject, failing)
    with capture_logs() as logs:
        known = await bus.request(subject, b"known", timeout=30)
        assert logs == []
        unknown = await bus.request(subject, b"unknown", timeout=30)
    with pytest.raises(SessionNotFound):
        decode(known, Done)
    with pytest.raises(Internal):
        decode(unknown, Done)
    assert [entry["event"] for entry in logs] == ["handler_failed"]


async def test_a_doorbell_reaches_everyone_who_listens(nats_url: str, connect: Connect, subject: str) -> None:
    """It carries nothing and wants no answer."""
    ringing, listening = await connect(nats_url), [await connect(nats_url), await connect(nats_url)]
    heard: list[bytes] = []

    async def hear(payload: bytes) -> bytes:
        heard.append(payload)
        return b""

    for bus in listening:
        await bus.serve(subject, hear)
    await ringing.ring(subject)
    await until(lambda: len(heard) == 2)
    assert heard == [b"", b""]


async def test_stopping_ends_what_takes_too_long(nats_url: str, connect: Connect, subject: str) -> None:
    """Its asker is told so at once, and who asks meanwhile finds nobody."""
    bus, asking = await connect(nats_url), await connect(nats_url)
    began, ended = asyncio.Event(), asyncio.Event()

    async def hangs(_: bytes) -> bytes:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return b""

    subscription = await bus.serve(subject, hangs)
    asked = asyncio.ensure_future(asking.request(subject, b"", timeout=60))
    await asyncio.wait_for(began.wait(), 30)
    await subscription.refuse()
    with pytest.raises(NoResponder):
        await asking.request(subject, b"", timeout=60)
    assert not ended.is_set()
    await asyncio.wait_for(subscription.stop(0.05), 30)
    assert ended.is_set()
    with pytest.raises(NoHost):
        decode(await asked, Done)


async def test_a_ping_goes_behind_what_was_said(nats_url: str, connect: Connect, subject: str) -> None:
    """Its PONG says that the server took that: nobody's request comes to a subscription that has ended."""
    bus = await connect(nats_url)
    subscription = await bus.serve(subject, upper)
    transport: Any = bus._connection._transport
    written: list[bytes] = []

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(transport, name)

        def write(self, data: bytes) -> None:
            written.append(data)
            transport.write(data)

        def writelines(self, lines: list[bytes]) -> None:
            written.extend(lines)
            transport.writelines(lines)

    bus._connection._transport = Noting()  # type: ignore[assignment]
    await subscription.refuse()
    said = [line.split()[0] for line in b"".join(written).splitlines() if line]  # beside it there may be a PONG
    assert b"PING" in said[said.index(b"UNSUB") :]
    assert said.count(b"UNSUB") == 1


async def test_stopping_waits_for_what_is_being_handled(nats_url: str, connect: Connect, subject: str) -> None:
    """The asker gets its answer; a handler may stop its own subscription without waiting for itself."""
    bus, asking = await connect(nats_url), await connect(nats_url)
    finish, began = asyncio.Event(), asyncio.Event()

    async def waiting(payload: bytes) -> bytes:
        if payload == b"stop":
            await subscription.stop()
            return b"stopped"
        began.set()
        await finish.wait()
        return b"finished"

    subscription = await bus.serve(subject, waiting)
    asked = asyncio.ensure_future(asking.request(subject, b"", timeout=30))
    await asyncio.wait_for(began.wait(), 30)
    stop = asyncio.ensure_future(asking.request(subject, b"stop", timeout=30))
    finish.set()
    assert await asked == b"finished"
    assert await stop == b"stopped"
    with pytest.raises(NoResponder):
        await asking.request(subject, b"", timeout=30)


async def test_a_lost_server_fails_requests_at_once_and_comes_back(
    own_nats: NatsServer, connect: Connect, subject: str
) -> None:
    """Waiting requests end, new ones fail, doorbells are silent; on return everything is served again."""
    asking, answering = await connect(own_nats.url), await connect(own_nats.url)
    began, finish = asyncio.Event(), asyncio.Event()

    async def answer(payload: bytes) -> bytes:
        if payload == b"wait":
            began.set()
            await finish.wait()
        return payload

    await answering.serve(subject, answer)
    waiting = asyncio.ensure_future(asking.request(subject, b"wait", timeout=60))
    await asyncio.wait_for(began.wait(), 30)
    own_nats.kill()
    with pytest.raises(NoAnswer):
        async with asyncio.timeout(30):
            await waiting
    await until(lambda: not asking.connected)
    with pytest.raises(NoAnswer):
        await asking.request(subject, b"", timeout=60)
    await asking.ring(subject)
    assert not await asking.healthy()

    own_nats.start()
    await until(lambda: asking.connected and answering.connected)
    await until_healthy(asking, answering)
    assert await asking.request(subject, b"again", timeout=30) == b"again"
    finish.set()


async def test_a_connection_that_was_dropped_without_a_word_is_replaced_when_asked(
    own_nats: NatsServer, connect: Connect, subject: str
) -> None:
    """As after a freeze: both sides believe in the connection, and what is sent over it is lost."""
    answering = await connect(own_nats.url)
    await answering.serve(subject, upper)
    async with link(own_nats.port) as way:
        asking = await connect(f"nats://127.0.0.1:{way.port}")
        assert await asking.revive(30)
        way.lose()
        assert asking.connected
        assert await asking.revive(30)
        assert await asking.request(subject, b"again", timeout=30) == b"AGAIN"
        way.refuse()
        assert not await asking.revive(0.3)
        way.heal()
        assert await asking.revive(30)


async def test_a_server_that_is_not_there_is_told_within_the_deadline(own_nats: NatsServer) -> None:
    """With words that name the address."""
    own_nats.kill()
    began = time.monotonic()
    with pytest.raises(BusUnavailable, match=str(own_nats.port)):
        await NatsBus.connect(own_nats.url, name="test", within=0.5)
    assert time.monotonic() - began < 30


async def test_the_token_is_asked_for(subject: str) -> None:
    """A wrong one is told as an authorization error, the right one works."""
    with servers.nats_server(config='authorization { token: "right" }') as server:
        with pytest.raises(BusUnavailable, match=r"[Aa]uthorization"):
            await NatsBus.connect(server.url, name="test", token="wrong", within=3)  # noqa: S106 - the test's own
        settings = StoreSettings(nats_url=server.url, nats_token="right")  # noqa: S106 - the test's own
        async with open_bus(settings) as bus:
            await bus.serve(subject, upper)
            assert await bus.request(subject, b"a", timeout=30) == b"A"
    assert not bus.connected


async def test_a_server_that_throws_a_client_out_is_tried_again(subject: str) -> None:
    """Its token was another one for a while (a rotation): the connection comes back, with what it served."""
    right, other = (f"authorization {{ token: {token} }}" for token in ("right", "other"))
    with servers.nats_server(config=right) as server:
        settings = StoreSettings(nats_url=server.url, nats_token="right")  # noqa: S106 - the test's own
        async with open_bus(settings) as bus:
            await bus.serve(subject, upper)
            for config, connected in ((other, False), (right, True)):
                (server.folder / "nats.conf").write_text(config)
                os.kill(server.pid, signal.SIGHUP)
                async with asyncio.timeout(30):
                    while bus.connected is not connected:
                        await asyncio.sleep(0.01)
            assert await bus.request(subject, b"a", timeout=20) == b"A"


async def test_closing_ends_what_is_being_handled(nats_url: str, subject: str) -> None:
    """Within its deadline whatever the handler does; it may be repeated, and nothing works afterwards."""
    bus = await NatsBus.connect(nats_url, name="test")
    began, ended = asyncio.Event(), asyncio.Event()

    async def for_ever(payload: bytes) -> bytes:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return payload

    await bus.serve(subject, for_ever)
    asked = asyncio.ensure_future(bus.request(subject, b"", timeout=60))
    await asyncio.wait_for(began.wait(), 30)
    async with asyncio.timeout(30):
        await bus.close()
    assert ended.is_set()
    with pytest.raises(NoHost):
        decode(await asked, Done)
    await bus.close()
    assert not bus.connected
    assert not await bus.healthy()
    with pytest.raises(NoAnswer):
        await bus.request(subject, b"", timeout=1)
    with pytest.raises(BusUnavailable):
        await bus.serve(subject, upper)
