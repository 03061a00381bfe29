"""Has a session's shard give it up, to another shard or to any that has room."""

from __future__ import annotations

from typing import Final

from functions.services import Services
from shared.contracts.commands.sessions import Release
from shared.errors import HostNotFound, ShardTakesNone
from shared.sessions.model import Session

_MOVED_WITHIN: Final = 20.0
"""Seconds: what is under way is finished, the session disconnected."""


async def move(serving: Services, session: Session, to: str | None, *, request_id: str) -> None:
    """Return when the session is on its way; at once where it is there already.

    Raises:
        HostNotFound: there is no such living shard.
        ShardTakesNone: it would leave the session lying.
        NoHost: nobody holds the session.
        BusUnavailable: its shard cannot be asked.
    """
    if to is not None and to == session.owner:
        return
    if to is not None:
        await _check_takes(serving, to)
    await serving.owners.ask(session.uid, Release(to=to), request_id=request_id, answer_within=_MOVED_WITHIN)


async def _check_takes(serving: Services, shard: str) -> None:
    lease = next((lease for lease in await serving.leases.all() if lease.owner == shard and not lease.dead), None)
    if lease is None:
        raise HostNotFound(f"There is no living shard '{shard[:80]}'. {HostNotFound.remedy}", field="to")
    if lease.draining or lease.room <= 0:
        raise ShardTakesNone(field="to")
