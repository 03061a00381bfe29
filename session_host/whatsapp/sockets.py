"""The TCP sockets of this process, as Linux shows them: to find the one of a client and shut it down.

The library has no call that reconnects a client and keeps the sends that wait in it; but when its socket dies it
connects again by itself and writes the waiting frames a second time, byte for byte. So a connection that stopped
acknowledging is healed by shutting its socket down. Which socket that is, the library doesn't tell: it is the new one
that appeared while the client was connected (the gate lets one connect at a time), or else the one that is silent
and speaks exactly when the client is made to ask something.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_FDS = Path("/proc/self/fd")
_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_REMOTE, _STATE, _INODE = 2, 3, 9
"""Fields of a line in them."""
_SYN_SENT = "02"
_BYTES_RECEIVED, _SEGMENTS_SENT = 128, 156
"""Offsets of `tcpi_bytes_received` and `tcpi_data_segs_out` in `struct tcp_info` (linux/tcp.h, since 4.6)."""
_TCP_INFO_SIZE = 160
_QUIET = 0.05
_SPEAKS_WITHIN = 0.25
_LOOK_AGAIN = 0.01
_ROUNDS = 8
_SURE = 2


class Place(NamedTuple):
    """An open socket."""

    inode: int
    descriptor: int

    @property
    def is_open(self) -> bool:
        """Whether it still is; one look, however many sockets there are."""
        try:
            return os.fstat(self.descriptor).st_ino == self.inode
        except OSError:
            return False


def sockets() -> dict[int, int]:
    """The open sockets: descriptor by inode. Empty where there is no /proc."""
    found: dict[int, int] = {}
    if not _FDS.exists():
        return found
    for name in os.listdir(_FDS):  # noqa: PTH208 - names only; 500 of them in 0.1 ms
        with suppress(OSError):  # closed meanwhile
            status = os.fstat(int(name))
            if stat.S_ISSOCK(status.st_mode):
                found[status.st_ino] = int(name)
    return found


def descriptors() -> frozenset[str]:
    """The numbers of all open files: one look at a folder, where to ask each what it is takes a call each."""
    return frozenset(os.listdir(_FDS)) if _FDS.exists() else frozenset()  # noqa: PTH208 - names only


def only_new(before: frozenset[str], port: int) -> Place | None:
    """The socket to a remote port that was not there before; None when there is not exactly one.

    `before` is what `descriptors` said then. A socket that got the number of a file that was closed meanwhile is not
    seen.
    """
    new = [place for name in descriptors() - before if (place := _socket_to(port, int(name))) is not None]
    return new[0] if len(new) == 1 else None


def _socket_to(port: int, descriptor: int) -> Place | None:
    with suppress(OSError):  # closed meanwhile
        status = os.fstat(descriptor)
        if stat.S_ISSOCK(status.st_mode) and _peer(descriptor) == port:
            return Place(status.st_ino, descriptor)
    return None


def shut_down(inode: int) -> bool:
    """End a connection as if the other side had; False when it is gone already."""
    descriptor = sockets().get(inode)
    if descriptor is None:
        return False
    try:
        mine = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return False
    with mine:
        if os.fstat(mine.fileno()).st_ino != inode:  # closed and used again meanwhile
            return False
        with suppress(OSError):
            mine.shutdown(socket.SHUT_RDWR)
    return True


def unanswered(port: int) -> set[int]:
    """The inodes of this process's sockets to a remote port from which nothing has come yet, not even a connection."""
    mine = sockets()
    found = {inode for inode in _dialling(port) if inode in mine}
    for inode, descriptor in mine.items():
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as connection:
            if _port_of(connection) == port and _info(connection, "Q", _BYTES_RECEIVED) == 0:
                found.add(inode)
    return found


def _dialling(port: int) -> set[int]:
    """The inodes of sockets, of every process here, that wait for the answer of a remote port."""
    found: set[int] = set()
    for table in _TABLES:
        with suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[_STATE] == _SYN_SENT and int(fields[_REMOTE].rpartition(":")[2], 16) == port:
                    found.add(int(fields[_INODE]))
    return found


async def find_speaker(port: int, make_it_speak: Callable[[], object]) -> int | None:
    """Find the socket to a remote port that speaks when told to and is silent before, twice in a row.

    Args:
        port: the remote port of the connections in question.
        make_it_speak: makes the client send something; called several times, must return at once.

    Returns:
        Its inode, None when none was told apart from the others within some 2 s.
    """
    hits: dict[int, int] = {}
    for _ in range(_ROUNDS):
        first = _sent(port)
        await asyncio.sleep(_QUIET)
        silent = {inode: sent for inode, sent in _sent(port).items() if first.get(inode) == sent}
        make_it_speak()
        spoke = await _who_speaks(port, silent)
        for inode in spoke:
            hits[inode] = hits.get(inode, 0) + 1
        sure = [inode for inode, times in hits.items() if times >= _SURE]
        if len(sure) == 1:
            return sure[0]
    return None


async def _who_speaks(port: int, silent: dict[int, int]) -> list[int]:
    waited = 0.0
    while waited < _SPEAKS_WITHIN:
        await asyncio.sleep(_LOOK_AGAIN)
        waited += _LOOK_AGAIN
        now = _sent(port)
        spoke = [inode for inode, sent in silent.items() if now.get(inode, sent) != sent]
        if spoke:
            return spoke
    return []


def _sent(port: int) -> dict[int, int]:
    """Segments with data that each socket to a remote port has sent so far."""
    sent: dict[int, int] = {}
    for inode, descriptor in sockets().items():
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as connection:
            if _port_of(connection) == port:
                segments = _info(connection, "I", _SEGMENTS_SENT)
                if segments is not None:
                    sent[inode] = segments
    return sent


def _info(connection: socket.socket, kind: str, offset: int) -> int | None:
    """A number of the socket's `tcp_info`; None where the kernel does not tell."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
    return int(struct.unpack_from(kind, info, offset)[0]) if len(info) == _TCP_INFO_SIZE else None


def _peer(descriptor: int) -> int | None:
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as connection:
        return _port_of(connection)
    return None


def _port_of(connection: socket.socket) -> int | None:
    if connection.family not in {socket.AF_INET, socket.AF_INET6} or connection.type != socket.SOCK_STREAM:
        return None
    return connection.getpeername()[1]
