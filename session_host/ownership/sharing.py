"""Who takes which of the sessions that nobody holds: every shard comes to the same answer by itself."""

from __future__ import annotations

from collections.abc import Sequence

from shared.leases.model import Lease
from shared.sessions.model import Session
from shared.sessions.turns import in_turns


def share_of(owner: str, wanted: Sequence[Session], leases: Sequence[Lease]) -> list[Session]:
    """The sessions that this shard is to take.

    Each goes to the living shard that holds least by then, so that shards do not all reach for the same ones. They may
    see slightly different leases: then two try, and the store refuses one; or none does, and the next look finds it.
    When there is not room for all, every key gets some of it.
    """
    held = {lease.owner: lease.held for lease in leases if not lease.dead and not lease.draining}
    room = {lease.owner: lease.room for lease in leases if lease.owner in held}
    mine: list[Session] = []
    for session in in_turns(wanted):
        takers = [taker for taker in held if room[taker] > 0]
        if not takers:
            break
        taker = min(takers, key=lambda taker: (held[taker], taker))
        held[taker] += 1
        room[taker] -= 1
        if taker == owner:
            mine.append(session)
    return mine


def least_loaded(leases: Sequence[Lease], *, but: str) -> Lease | None:
    """The living shard with room that holds least, other than the one named; None when there is none."""
    others = [
        lease for lease in leases if lease.owner != but and not lease.dead and not lease.draining and lease.room > 0
    ]
    return min(others, key=lambda lease: (lease.held, lease.owner), default=None)
