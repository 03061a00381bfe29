"""Connections that are lost, or silent: they are reset, seen to come back, and in the end given up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from session_host.whatsapp.client import Ended, Lost
from session_host.whatsapp.client_socket import ClientSocket
from session_host.whatsapp.client_state import ClientState
from session_host.whatsapp.healing import heal
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.reachability import Reachability
from session_host.whatsapp.shared_parts import Shared

_RECONNECT_WITHIN = 3.0
"""Seconds in which the library tries twice by itself, at once and 2 s later; then it waits 2 s longer each time."""
_RECONNECT_WITH_SENDS_WITHIN = 20.0
"""The same while sends wait in the library: it writes their frames again, a new client cannot."""


class Recovery:
    """Of one client."""

    def __init__(
        self,
        client: NeonizeClient,
        socket: ClientSocket,
        state: ClientState,
        shared: Shared,
        reachability: Reachability,
    ) -> None:
        self._client = client
        self._reachability = reachability
        self._socket = socket
        self._state = state
        self._shared = shared
        self.unanswered: set[asyncio.Future[Any]] = set()
        """Sends that wait in the library."""
        self._healing = False
        self._watch: asyncio.Task[Any] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def connected(self) -> None:
        """It is connected (again)."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._healing = False

    def lost(self, signal: Lost) -> Lost:
        """See it come back, or end it; the signal, with the reason for which it was lost."""
        self._socket.place = None
        if self._watch is None and not self._state.closed:
            self._watch = self.own(self._see_it_reconnect(), "reconnect")
        return Lost("healing" if self._healing else signal.reason, detail=signal.detail)

    def heal(self, call: asyncio.Future[Any]) -> None:
        """A send is not acknowledged: reset the connection, then give it up."""
        if not self._healing and not self._state.closed:
            self._healing = True
            self.own(heal(call, self._shared.deadlines, self._reset, self._give_up), "heal")

    def nothing_comes(self) -> None:
        """WhatsApp answers no keep-alive, for which the library itself waits three minutes, or brings nothing."""
        if not self._healing and not self._state.closed:
            self._healing = True
            self.own(self._reset(), "heal")

    def own(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Have something done beside; when it fails the client has ended."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._is_done)
        return task

    async def close(self) -> None:
        """End all of it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._state.say(Ended(f"{task.get_name()}: {error!r}"))

    async def _see_it_reconnect(self) -> None:
        """End a client that is not back soon: the next one connects as soon as the network lets it."""
        self._reachability.doubt()
        await asyncio.sleep(_RECONNECT_WITHIN)
        if self.unanswered:
            await asyncio.wait(set(self.unanswered), timeout=_RECONNECT_WITH_SENDS_WITHIN - _RECONNECT_WITHIN)
        await self._socket.end_attempts()
        self._state.say(Ended("the library did not reconnect in time", reason="connection_lost"))

    async def _reset(self) -> bool:
        """Shut the client's socket down; False when it could not be told apart."""
        account = self._state.account
        return await self._socket.shut_down(account.number if account else "")

    async def _give_up(self) -> None:
        """Disconnect: calls that wait return with an error; the session makes a new client."""
        self._state.connected = False
        disconnecting = self._shared.calls.run(self._client.disconnect)
        await asyncio.wait({disconnecting}, timeout=self._shared.deadlines.answer)
        self._state.say(Ended("WhatsApp acknowledges nothing"))
