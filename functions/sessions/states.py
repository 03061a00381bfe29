"""What sessions are doing now: their rows, and whether the shards live that hold them."""

from __future__ import annotations

from functions.services import Services
from functions.sessions.schemas import SessionState, state_of
from shared.sessions.model import Session


async def states_of(serving: Services, sessions: list[Session]) -> list[SessionState]:
    """Of each of them, in their order."""
    alive = await serving.liveness.alive(session.owner for session in sessions if session.owner)
    connected = serving.bus.connected
    return [state_of(session, alive=alive, bus_connected=connected) for session in sessions]
