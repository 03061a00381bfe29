"""Asks the shard that holds a session, and waits for one when nobody holds it yet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import cast

from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts import subjects
from shared.contracts.answers import NotBegun, decode
from shared.contracts.asking import encode_request
from shared.contracts.commands.command import Command, R
from shared.errors import BusUnavailable, NoHost, StoreUnavailable
from shared.ids import now_ms
from shared.leases.ports import Leases
from shared.observing import traces as tracing

_LOOK_EVERY = 4
"""Retries between two calls of `meanwhile`."""
_RETRY = 0.1
_RING_EVERY = 10
"""Retries between two rings: the first one may have been lost."""
_LEAST = 0.05


class Owners:
    """The way to session hosts."""

    def __init__(self, bus: Bus, leases: Leases, *, within: float) -> None:
        self._bus = bus
        self._leases = leases
        self._within = within

    async def ask(  # noqa: PLR0913 - as `reach`
        self,
        uid: str,
        command: Command[R],
        *,
        request_id: str,
        answer_within: float,
        within: float | None = None,
        meanwhile: Callable[[], Awaitable[None]] | None = None,
    ) -> R:
        """The owner's reply, all waiting included within `answer_within` seconds.

        An owner has to be found `within` seconds; by default as the setting `owner_within` says. One that gives the
        session up is none: the next one is waited for. Until then `meanwhile` is called some times a second; what it
        raises is raised.

        Raises:
            NoHost: nobody holds the session, or its holder is silent; says so when all hosts are full.
            BusUnavailable: NATS is away.
            WagateError: what the owner answered instead of a reply.
        """
        try:
            return await self.reach(
                uid,
                command,
                request_id=request_id,
                within=self._within if within is None else within,
                answer_within=answer_within,
                meanwhile=meanwhile,
            )
        except NoResponder:
            raise await self.nobody() from None
        except NoAnswer:
            if not self._bus.connected:
                raise BusUnavailable(retry_after=2) from None
            raise NoHost(
                f"The host of this session did not answer within {answer_within:g} s. {NoHost.remedy}", retry_after=5
            ) from None

    async def nobody(self) -> NoHost:
        """The error that says why nobody holds a session."""
        with contextlib.suppress(StoreUnavailable):
            living = [lease for lease in await self._leases.all() if not lease.dead and not lease.draining]
            if living and all(lease.room <= 0 for lease in living):
                return NoHost(
                    f"All session hosts are full ({len(living)} shards, {sum(lease.held for lease in living)} "
                    "sessions): the session waits for a place. If it lasts, start another host or raise "
                    "WAGATE_SHARDS_PER_HOST.",
                    retry_after=5,
                )
        return NoHost(retry_after=5)

    async def reach(  # noqa: PLR0913 - two deadlines, what to ask and whom
        self,
        uid: str,
        command: Command[R],
        *,
        request_id: str,
        within: float,
        answer_within: float,
        meanwhile: Callable[[], Awaitable[None]] | None = None,
    ) -> R:
        """As `ask`, but says what is known of the request.

        Raises:
            NoResponder: nobody held the session for `within` seconds; nobody has seen the command.
            NoAnswer: somebody may have seen it.
            WagateError: what the owner answered instead of a reply.
        """
        with tracing.step("ask host", {tracing.SESSION: uid, tracing.COMMAND: command.kind}, kind=tracing.Kind.CLIENT):
            payload = encode_request(
                command,
                request_id=request_id,
                deadline=now_ms() + int(answer_within * 1000),
                traceparent=tracing.traceparent(),
            )
            reply = cast("type[R]", command.reply)
            return await self._reply(uid, payload, reply, within, answer_within, meanwhile)

    async def _reply(  # noqa: PLR0913, PLR0917 - as `reach`
        self,
        uid: str,
        payload: bytes,
        reply: type[R],
        within: float,
        answer_within: float,
        meanwhile: Callable[[], Awaitable[None]] | None,
    ) -> R:
        """Ask until somebody has the session and does not just give it up."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        subject = subjects.session_commands(uid)
        tries = 0
        while True:
            left = max(_LEAST, answer_within - (clock() - begun))
            try:
                return decode(await self._bus.request(subject, payload, timeout=left), reply)
            except (NoResponder, NotBegun) as error:
                patience = answer_within if isinstance(error, NotBegun) else min(within, answer_within)
                if clock() - begun + _RETRY >= patience:
                    raise
            if tries % _RING_EVERY == 0:
                await self._bus.ring(subjects.SESSIONS_WANTED)
            tries += 1
            if meanwhile is not None and tries % _LOOK_EVERY == 0:
                await meanwhile()
            await asyncio.sleep(_RETRY)
