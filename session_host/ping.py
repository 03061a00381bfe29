"""What a shard answers to whoever asks whether it is alive."""

from __future__ import annotations

import orjson

from session_host.inbound import Inbound
from session_host.journal import Journal
from session_host.ownership import Ownership
from session_host.publishing import Publishing
from shared.bus import Handler


def ping_answer(
    owner: str, ownership: Ownership, journal: Journal, inbound: Inbound, publishing: Publishing
) -> Handler:
    """Answer with what it holds and whether what arrives can be kept and passed on.

    `receive`: `ok`; `behind` when it is kept but waits for the store or the log of events; `failing` when it is lost.
    """

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
