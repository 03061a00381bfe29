"""What a shard answers to whoever asks whether it is alive, and when its sessions last were."""

from __future__ import annotations

import orjson

from session_host.inbound.arrivals import Arrivals
from session_host.ownership.ownership import Ownership
from session_host.session.signs import Signs
from shared.bus import Bus, Handler
from shared.contracts.signs import encode
from shared.contracts.subjects import ANY_SHARD, shard_ping, shard_signs


async def answer_pings(bus: Bus, owner: str, ownership: Ownership, arrivals: Arrivals, signs: Signs) -> None:
    """Answer whoever asks for this shard, and now and then for the others too whoever asks for any."""

    async def here(_: bytes) -> bytes:
        return b""

    async def last(_: bytes) -> bytes:
        return encode(signs.told())

    await bus.serve(shard_signs(owner), last)
    await bus.serve(shard_ping(owner), ping_answer(owner, ownership, arrivals))
    await bus.serve(ANY_SHARD, here, group=ANY_SHARD)


def ping_answer(owner: str, ownership: Ownership, arrivals: Arrivals) -> Handler:
    """Answer with what it holds and whether what arrives can be kept and passed on.

    `receive`: `ok`; `behind` when it is kept but waits for the store or the log of events; `failing` when it is lost.
    """
    journal, inbound, publishing = arrivals.journal, arrivals.inbound, arrivals.publishing

    async def answer(_: bytes) -> bytes:
        unpublished = f"Events are not published: {publishing.failure}" if publishing.failure else None
        behind = inbound.failure or unpublished
        receive = "failing" if journal.failure else "behind" if behind else "ok"
        body = {
            "owner": owner,
            "sessions": len(ownership.held),
            "room": ownership.beat.room,
            "receive": receive,
            "reason": journal.failure or behind,
        }
        return orjson.dumps(body)

    return answer
