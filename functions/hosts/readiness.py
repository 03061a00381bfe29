"""Whether everything that a request needs is there: the store, NATS, a session host.

Anybody may ask, so what asking costs is bound: one look a second, however many ask, and nothing in it grows with
sessions or shards.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.subjects import ANY_SHARD, SESSIONS_WANTED
from shared.errors import BusUnavailable, NoHost, StoreUnavailable, WagateError
from shared.tenants.ports import ApiKeys

_WITHIN = 2.0
_HOST_ANSWERS_WITHIN = 0.5
_NO_KEY = "key_00000000000000000000000000"
_BELIEVED_FOR, _TROUBLE_BELIEVED_FOR = 1.0, 0.25
"""Seconds; a gateway that starts is not to wait for what was not there a moment ago."""

_Parts = Mapping[str, WagateError | None]


class Readiness:
    """What was seen last, and looking again."""

    def __init__(self, keys: ApiKeys, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._bus = bus
        self._clock = clock
        self._seen: _Parts = {}
        self._believed_until = 0.0
        self._looking = asyncio.Lock()

    async def check(self) -> None:
        """Return when a request could be served, within 3 s.

        Raises:
            StoreUnavailable: the first thing that is missing; all of them are in its details.
            BusUnavailable: likewise.
            NoHost: likewise.
        """
        async with self._looking:  # whoever waits here finds what the one before it saw
            if self._clock() >= self._believed_until:
                self._seen = await self._look()
                trouble = any(self._seen.values())
                self._believed_until = self._clock() + (_TROUBLE_BELIEVED_FOR if trouble else _BELIEVED_FOR)
            seen = self._seen
        missing = [error for error in seen.values() if error is not None]
        if missing:
            states = {name: "ok" if error is None else error.code for name, error in seen.items()}
            if seen["bus"] is not None:
                states["hosts"] = "unknown"
            raise type(missing[0])(" ".join(error.message for error in missing), retry_after=2, **states)

    async def _look(self) -> _Parts:
        store, nats = await asyncio.gather(_store(self._keys), _bus(self._bus))
        return {"store": store, "bus": nats, "hosts": await _host(self._bus) if nats is None else None}


async def _store(keys: ApiKeys) -> WagateError | None:
    try:
        async with asyncio.timeout(_WITHIN):
            await keys.get(_NO_KEY)
    except TimeoutError:
        return StoreUnavailable(f"The gateway's store did not answer within {_WITHIN:g} s.")
    except StoreUnavailable as error:
        return error
    return None


async def _bus(bus: Bus) -> WagateError | None:
    return None if await bus.healthy() else BusUnavailable("The gateway's message bus (NATS) does not answer.")


async def _host(bus: Bus) -> WagateError | None:
    """One shard answers for all of them; when none is there, NATS says so at once.

    Shards of 0.1 listen to the doorbell only. Whoever rings it makes every shard look for sessions: it is rung when
    nobody answers, which costs nothing where there is no shard.
    """
    for subject in (ANY_SHARD, SESSIONS_WANTED):
        try:
            await bus.request(subject, b"", timeout=_HOST_ANSWERS_WITHIN)
        except NoResponder:
            continue
        except NoAnswer:
            return None  # somebody listens, and is busy
        return None
    return NoHost("No session host runs; see 'wagate doctor'.")
