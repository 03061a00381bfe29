"""What a shard answers to whoever asks whether it is alive."""

from __future__ import annotations

import orjson

from session_host.inbound import Inbound
from session_host.journal import Journal
from session_host.ownership import Ownership
from shared.bus import Handler


def ping_answer(owner: str, ownership: Ownership, journal: Journal, inbound: Inbound) -> Handler:
    """Answer with what it holds and whether what arrives can be kept (`receive`: ok, behind or failing)."""

    async def answer(_: bytes) -> bytes:
        receive = "failing" if journal.failure else "behind" if inbound.failure else "ok"
        body = {
            "owner": owner,
            "sessions": len(ownership.held),
            "room": ownership.beat.room,
            "receive": receive,
            "reason": journal.failure or inbound.failure,
        }
        return orjson.dumps(body)

    return answer
