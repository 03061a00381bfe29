"""Whether everything that a request needs is there: the store, NATS, a session host."""

from __future__ import annotations

import asyncio

from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import BusUnavailable, NoHost, StoreUnavailable, WagateError
from shared.tenants.ports import ApiKeys

_WITHIN = 2.0
_HOST_ANSWERS_WITHIN = 0.5
_NO_KEY = "key_00000000000000000000000000"


async def check(keys: ApiKeys, bus: Bus) -> None:
    """Return when a request could be served, within 3 s.

    Raises:
        StoreUnavailable: the first thing that is missing; all of them are in its details.
        BusUnavailable: likewise.
        NoHost: likewise.
    """
    store, nats = await asyncio.gather(_store(keys), _bus(bus))
    host = await _host(bus) if nats is None else None
    parts = {"store": store, "bus": nats, "hosts": host}
    missing = [error for error in parts.values() if error is not None]
    if missing:
        first = missing[0]
        states = {name: "ok" if error is None else error.code for name, error in parts.items()}
        if nats is not None:
            states["hosts"] = "unknown"
        raise type(first)(" ".join(error.message for error in missing), retry_after=2, **states)


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
    """Shards listen to the doorbell of wanted sessions: when nobody does, NATS says so at once."""
    try:
        await bus.request(SESSIONS_WANTED, b"", timeout=_HOST_ANSWERS_WITHIN)
    except NoResponder:
        return NoHost("No session host runs; see 'wagate doctor'.")
    except NoAnswer:
        return None  # somebody listens: a doorbell need not be answered
    return None
