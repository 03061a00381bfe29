"""Taking a client out of the library once that is safe, and never before.

The library reads its maps once more when a connection that was being made succeeds, and ends the process when the
client is gone then. So a client that is still connecting is freed when it has stopped trying.
"""

from __future__ import annotations

import asyncio

from session_host.whatsapp import sockets
from session_host.whatsapp.neonize_client import NeonizeClient
from session_host.whatsapp.shared_parts import Shared

_POLITE_CLOSE = 0.3
"""Seconds for WhatsApp's side of the closing; the library would wait 5 s for it."""


async def free(
    client: NeonizeClient, shared: Shared, sign: asyncio.Event, ended: asyncio.Event, inode: int | None
) -> None:
    """Disconnect a client and take it out.

    Args:
        client: the client; its thread was started.
        shared: the process's parts.
        sign: set once it connected, showed a code or ended: until then it is connecting.
        ended: set once its thread is done with it.
        inode: its socket where it is known: shut down, it stops trying and closing at once.
    """
    if not sign.is_set():
        if inode is not None:
            sockets.shut_down(inode)
        await sign.wait()
    if not ended.is_set():
        call = shared.calls.run(client.disconnect)
        await asyncio.wait({call}, timeout=_POLITE_CLOSE)
        if not call.done() and inode is not None:
            sockets.shut_down(inode)
        await call
    async with shared.gate.alone():
        await shared.calls.run(client.remove)
