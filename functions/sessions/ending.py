"""Logs sessions out and deletes them: their phones forget the device first. Both may be repeated.

The row says what is wanted before anybody is asked, so that it is done however often a host dies. What WhatsApp cannot
be told now is told later, by the host that holds the session then (docs/adr/0028).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from functions.services import Services
from functions.sessions.schemas import StatusAnswer, state_of, status_answer
from shared.contracts.commands.pairing import Logout
from shared.contracts.commands.sessions import Reconsider, StatusReply
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import BusUnavailable, NoHost, SessionNotFound
from shared.ids import now_ms
from shared.sessions.model import Desired, Session

_ANSWER_WITHIN = 20.0
_FOUND_WITHIN = 3.0
"""Seconds in which a host has to be found for a logout or a deletion; later it does it without anybody waiting."""

NO_HOST = "no_host"
_WHY = {
    NO_HOST: "no session host answers, so nobody can tell WhatsApp",
    "wa_unreachable": "WhatsApp cannot be reached",
    "proxy_unreachable": "WhatsApp cannot be reached through the session's proxy",
    "connection_lost": "the connection to WhatsApp was lost",
    "temporary_ban": "WhatsApp has banned the number for some time",
    "client_outdated": "WhatsApp refuses this version of the gateway: upgrade it",
    "connect_refused": "WhatsApp refuses the connection",
    "replaced": "another connection of the same device took over",
    "auth_unreadable": "no copy of its pairing can be read",
}
_NEVER = frozenset({"auth_unreadable"})
_BY_HAND = "To remove it now: on the phone, WhatsApp, Linked devices, choose the device, Log out."


@dataclass(frozen=True, slots=True)
class End:
    """What came of a logout or a deletion."""

    reply: StatusReply | None
    """What its host said; None: there is none at the moment, and one does it later."""
    done: bool
    """Whether the phone has forgotten the device."""

    @property
    def words(self) -> str:
        """What is still to be done, and how to do it at once."""
        reason = NO_HOST if self.reply is None else self.reply.not_unlinked
        why = _WHY.get(reason or "", f"WhatsApp did not unlink it ({reason})")
        again = "" if reason in _NEVER else " The gateway tries again by itself."
        return f"The phone may still show this device: {why}.{again} {_BY_HAND}"


@dataclass(frozen=True, slots=True)
class LogoutDone:
    """What a session is doing after a logout, and what came of it."""

    status: StatusAnswer
    end: End


async def logout(serving: Services, session: Session, *, request_id: str, within: float = _ANSWER_WITHIN) -> LogoutDone:
    """What it is doing once it was tried to unlink it from its phone; what its host cannot do now, it does later."""
    end = await _ended(serving, session, Desired.RUNNING, Logout(by_row=True), request_id, within)
    if end.reply is None:
        unlinking = replace(session, desired=Desired.RUNNING, unlink_since=None if end.done else now_ms())
        state = state_of(unlinking, alive=frozenset(), bus_connected=True)
        return LogoutDone(StatusAnswer(**state.model_dump()), end)
    return LogoutDone(status_answer(session, end.reply), end)


async def delete(serving: Services, session: Session, *, request_id: str, within: float = _ANSWER_WITHIN) -> End:
    """Make it invisible at once, and have its host unlink it and remove everything, now or as soon as it can."""
    return await _ended(serving, session, Desired.DELETED, Reconsider(), request_id, within)


async def _ended(  # noqa: PLR0913, PLR0917 - what is wanted, how it is asked for, and for how long
    serving: Services,
    session: Session,
    then: Desired,
    command: Logout | Reconsider,
    request_id: str,
    within: float,
) -> End:
    found = await serving.sessions.unlink(session.uid, now=now_ms(), then=then)
    serving.session_rows.forget(session)
    if found is None:
        raise SessionNotFound(f"This key has no session '{session.name}'.", sessionId=session.name)
    await serving.bus.ring(SESSIONS_WANTED)
    try:
        reply = await serving.owners.ask(
            session.uid,
            command,
            request_id=request_id,
            within=min(_FOUND_WITHIN, within),
            answer_within=within,
        )
    except (NoHost, BusUnavailable):
        row = await serving.sessions.get(session.uid)  # a host may have seen the row before it was asked
        return End(None, done=row is None or row.unlink_since is None)
    return End(reply, done=reply.unlinked is True)
