"""Taking a client out of the library once that is safe, and never before; with its thread and its files.

The library reads its maps once more when a connection that was being made succeeds, and ends the process when the
client is gone then. So a client that is still connecting is freed when it has stopped trying.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from session_host.whatsapp import sockets
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.patience import within
from session_host.whatsapp.secret_log import closed_by_library
from session_host.whatsapp.shared_parts import Shared

_log = structlog.get_logger(__name__)

_POLITE_CLOSE = 0.3
"""Seconds for WhatsApp's side of the closing; the library would wait 5 s for it."""
_CODES_END_WITHIN = 1.0
_THREAD_ENDS_WITHIN = 1.0
_HEARD_WITHIN, _SILENCE, _LOOK_EVERY = 2.0, 0.1, 0.02
_FILE_TRIES, _FILE_TRY_EVERY = 20, 0.1
"""What the client began may still be writing for a moment."""


class Life:
    """How far a client's thread has come, as the event loop knows it."""

    def __init__(self) -> None:
        self.sign = asyncio.Event()
        """It connected, showed a code or ended: until then it is connecting."""
        self.shows_codes = False
        self.codes_over = asyncio.Event()
        """No more codes are shown, and the thread waits for `go_on`."""
        self.go_on: Callable[[], None] = _nothing
        self.ended = asyncio.Event()
        """It is done with the client."""

    def codes_ended(self, go_on: Callable[[], None]) -> None:
        """The thread waits for `go_on`."""
        self.go_on = go_on
        self.codes_over.set()


async def free(  # noqa: PLR0913, PLR0917 - what a connection knows of its client
    client: NeonizeClient, shared: Shared, life: Life, database: str, inode: int | None, tenant: str = ""
) -> None:
    """Disconnect a client and take it out.

    Args:
        client: the client; its thread was started.
        shared: the process's parts.
        life: of its thread.
        database: its auth database.
        inode: its socket where it is known: shut down, it stops trying and closing at once.
        tenant: whose it is: tenants do this in turns.
    """
    if not life.sign.is_set():
        if inode is not None:
            sockets.shut_down(inode)
        await life.sign.wait()
    if life.shows_codes and not life.codes_over.is_set() and inode is not None:
        # As if WhatsApp had closed it: told to disconnect, the library would show no more codes and wait for ever.
        sockets.shut_down(inode)
        await within(life.codes_over.wait(), _CODES_END_WITHIN)
    if not life.ended.is_set():
        call = shared.calls.run(client.disconnect)
        await asyncio.wait({call}, timeout=_POLITE_CLOSE)
        if not call.done() and inode is not None:
            sockets.shut_down(inode)
        await call
        await within(_all_heard(client), _HEARD_WITHIN)
    async with shared.gate.alone(tenant):
        await shared.calls.run(client.remove)
        if life.codes_over.is_set():
            await _end_thread(client, shared, life)
    await within(life.ended.wait(), _THREAD_ENDS_WITHIN)
    if not life.ended.is_set():
        shared.leftovers.threads += 1
        _log.warning("library_thread_left", threads=shared.leftovers.threads)
        shared.own(_end_thread_later(client, shared, life))
    await _close_files(shared, database)


async def _all_heard(client: NeonizeClient) -> None:
    """Return when a disconnected client has told what it had: up to a hundred events, of messages acknowledged.

    Nothing says how many there are; one follows the other within a millisecond.
    """
    disconnected_at = time.monotonic()
    while time.monotonic() - max(disconnected_at, client.heard_at) < _SILENCE:  # noqa: ASYNC110 - told on another thread
        await asyncio.sleep(_LOOK_EVERY)


async def _end_thread(client: NeonizeClient, shared: Shared, life: Life) -> None:
    """Let the thread of a removed client, whose codes are over, come to its end. The caller has the gate alone."""
    await shared.calls.run(shared.stand_in.take_the_place_of, client)
    life.go_on()
    await within(life.ended.wait(), _THREAD_ENDS_WITHIN)
    await shared.calls.run(client.remove)


async def _end_thread_later(client: NeonizeClient, shared: Shared, life: Life) -> None:
    over = asyncio.ensure_future(life.codes_over.wait())
    await asyncio.wait({over, asyncio.ensure_future(life.ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if not life.ended.is_set():
        async with shared.gate.alone():
            await _end_thread(client, shared, life)
    await life.ended.wait()
    shared.leftovers.threads -= 1


async def _close_files(shared: Shared, database: str) -> None:
    """Close what the library keeps open of a removed client's database, and what is left of earlier ones."""
    kept = shared.leftovers.connections
    own = shared.files.of(database) - kept
    tried = own | kept
    left = await shared.calls.run(shared.files.close, tried)
    for _ in range(_FILE_TRIES):
        if not left & own:
            break
        await asyncio.sleep(_FILE_TRY_EVERY)
        left = await shared.calls.run(shared.files.close, left)
    kept |= left & own
    kept -= tried - left
    if left & own:
        _log.warning("library_files_left", connections=len(kept))
    if shared.files.known and not shared.files.of(database):
        closed_by_library(database)


def _nothing() -> None:
    return
