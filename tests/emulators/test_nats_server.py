"""The nats-server of the tests can be killed and come back as a real one would."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import nats
import pytest
from nats.errors import Error

from tests.emulators import servers
from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer
from tests.emulators.process import ServerFailedError


async def test_request_is_answered(nats_url: str) -> None:
    """The shared server carries a request and its reply."""
    connection = await nats.connect(nats_url, connect_timeout=30)
    try:
        subscription = await connection.subscribe("echo.test")
        asked = asyncio.ensure_future(connection.request("echo.test", b"hello", timeout=30))
        question = await subscription.next_msg(timeout=30)
        await question.respond(question.data.upper())
        assert (await asked).data == b"HELLO"
    finally:
        await connection.close()


async def test_jetstream_survives_a_crash_on_the_same_port(own_nats: NatsServer) -> None:
    """After kill -9 and a restart the url is the same, and what was acknowledged is there."""
    url, pid = own_nats.url, own_nats.pid
    connection = await nats.connect(url, connect_timeout=30)
    await connection.jetstream(timeout=30).add_stream(name="KEEP", subjects=["keep.>"])
    await connection.jetstream(timeout=30).publish("keep.this", b"1")
    await connection.close()

    own_nats.restart()

    assert own_nats.url == url
    assert own_nats.pid != pid
    connection = await nats.connect(url, connect_timeout=30)
    try:
        assert (await connection.jetstream(timeout=30).get_last_msg("KEEP", "keep.this")).data == b"1"
    finally:
        await connection.close()


async def test_killed_server_is_gone_until_it_is_started(own_nats: NatsServer) -> None:
    """`kill` leaves nothing that answers, and no process; `start` brings it back."""
    pid = own_nats.pid
    own_nats.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(ServerFailedError, match="not running"):
        _ = own_nats.pid
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", own_nats.port), timeout=30)
    own_nats.start()
    connection = await nats.connect(own_nats.url, connect_timeout=30)
    await connection.close()


async def test_config_is_used() -> None:
    """A test that needs users and permissions gives nats-server's own configuration."""
    config = 'authorization { users = [{ user: "u", password: "p", permissions: { publish: "allowed.>" } }] }'
    with servers.nats_server(config=config) as server:
        with pytest.raises(Error, match=r"[Aa]uthorization"):
            await nats.connect(server.url, connect_timeout=30, allow_reconnect=False)
        connection = await nats.connect(server.url, user="u", password="p", connect_timeout=30)  # noqa: S106 - the test's own
        await connection.close()


def test_wrong_config_shows_what_the_server_said() -> None:
    """A server that cannot start fails the test with its own words, not with a timeout."""
    config = "authorization {"
    with (
        pytest.raises(ServerFailedError, match=r"status 1\n.*Unexpected EOF"),
        servers.nats_server(config=config),
    ):
        pass


async def test_a_cluster_works_with_one_node_frozen_or_killed(own_nats_cluster: NatsCluster) -> None:
    """Two of three keep a stream; a node that comes back has its old address."""
    cluster = own_nats_cluster
    frozen, restarted, third = cluster.nodes.values()
    url = restarted.url
    connection = await nats.connect(third.url, connect_timeout=30)
    try:
        stream = connection.jetstream(timeout=2)
        await _done(lambda: stream.add_stream(name="KEEP", subjects=["keep.>"], num_replicas=3))
        frozen.freeze()
        await _done(lambda: stream.publish("keep.this", b"1"))
        frozen.thaw()
        restarted.kill()
        await _done(lambda: stream.publish("keep.this", b"2"))
        restarted.start()
        assert restarted.url == url
    finally:
        await connection.close()


async def _done(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask until a leader says that it is done."""
    async with asyncio.timeout(60):
        while True:
            try:
                await ask()
            except Error:
                await asyncio.sleep(0.05)
            else:
                return
