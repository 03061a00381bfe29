"""A login whose connection ends before the library says anything of it. The sockets are real."""

import asyncio
import os
import socket
from typing import Any, cast

from session_host.whatsapp.client_socket import ClientSocket
from session_host.whatsapp.logging_in import login_settled
from session_host.whatsapp.sockets import Place

_NEVER = 3600.0
_SOON = 45.0


def _client_socket(of: socket.socket) -> ClientSocket:
    client_socket = ClientSocket(cast("Any", None), cast("Any", None), 443)
    client_socket.place = Place(os.fstat(of.fileno()).st_ino, of.fileno())
    return client_socket


async def test_a_connection_that_ended_is_noticed() -> None:
    """Long before the time for a login is over."""
    ours, theirs = socket.socketpair()
    with theirs:
        waiting = asyncio.create_task(login_settled(asyncio.Event(), _client_socket(ours), _NEVER))
        await asyncio.sleep(0)
        ours.close()
        ended = await asyncio.wait_for(waiting, _SOON)
    assert ended is not None
    assert ended.reason == "connection_lost"


async def test_what_the_library_says_after_the_end_counts() -> None:
    """It heard why WhatsApp ended the connection: that is told, and nothing else."""
    ours, theirs = socket.socketpair()
    client_socket = _client_socket(ours)
    ours.close()
    theirs.close()
    settled = asyncio.Event()
    waiting = asyncio.create_task(login_settled(settled, client_socket, _NEVER))
    await asyncio.sleep(0)
    settled.set()
    assert await asyncio.wait_for(waiting, _SOON) is None


async def test_a_login_without_an_answer_ends() -> None:
    """WhatsApp says nothing on a connection that stays."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ended = await asyncio.wait_for(login_settled(asyncio.Event(), _client_socket(ours), 0.1), _SOON)
    assert ended is not None
    assert ended.reason == "wa_unreachable"


async def test_a_socket_that_cannot_be_told_apart_is_waited_for() -> None:
    """Nothing is made up of it: the time for a login has to pass."""
    client_socket = ClientSocket(cast("Any", None), cast("Any", None), 443)
    ended = await asyncio.wait_for(login_settled(asyncio.Event(), client_socket, 0.1), _SOON)
    assert ended is not None
    assert ended.reason == "wa_unreachable"
