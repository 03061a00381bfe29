"""Whether a session is alive, in each direction: what its connection has shown, not what its state says."""

from __future__ import annotations

from typing import Literal

from functions.http.answers import Answer, Optional, Part
from functions.http.moments import Moment
from functions.services import Services
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import HealthReply, ReadHealth
from shared.errors import BusUnavailable, NoHost
from shared.sessions.model import Session, SessionStatus

_ANSWER_WITHIN = 10.0


class SocketHealth(Part):
    """The connection to WhatsApp: `open` means logged in, not more."""

    state: Literal["open", "closed"]
    since: Moment


class SendHealth(Part):
    """Messages out.

    `works`: WhatsApp acknowledged the last one on this connection; `failing`: it did not, in time; `unproven`: none
    was sent on it yet; `closed`: there is no connection.
    """

    state: Literal["works", "failing", "unproven", "closed"]
    last_ack: Optional[Moment] = None
    last_failure: Optional[Moment] = None


class ReceiveHealth(Part):
    """What comes by itself, as messages and receipts do.

    `works`: some came on this connection; `unproven`: none yet; `failing`: nothing came after a probe (the setting
    `probeAfter`), and the connection is made anew for that.
    """

    state: Literal["works", "failing", "unproven", "closed"]
    last_inbound: Optional[Moment] = None
    last_failure: Optional[Moment] = None


class Health(Part):
    """A session's connection, its two directions apart."""

    socket: SocketHealth
    send: SendHealth
    receive: ReceiveHealth


class SessionHealthAnswer(Answer):
    """Whether a session is alive."""

    session_id: str
    status: SessionStatus
    reason: Optional[str] = None
    health: Health


async def health_of(
    serving: Services, session: Session, *, request_id: str, within: float = _ANSWER_WITHIN
) -> SessionHealthAnswer:
    """What its host has seen of it, within so many seconds; of one that nobody holds what its row says.

    Raises:
        NoHost: its host is silent.
        BusUnavailable: NATS is away.
    """
    try:
        reply = await serving.owners.reach(
            session.uid, ReadHealth(), request_id=request_id, within=0, answer_within=within
        )
    except NoResponder:
        return _told(session, _of_the_row(session))
    except NoAnswer:
        raise (NoHost() if serving.bus.connected else BusUnavailable(retry_after=2)) from None
    return _told(session, reply)


def _of_the_row(session: Session) -> HealthReply:
    """Nobody holds it, so it is not connected, whatever its last host wrote."""
    report = session.report
    status = SessionStatus.RECONNECTING if report.status is SessionStatus.CONNECTED else report.status
    return HealthReply(status=status, reason=report.reason, since=report.since)


def _told(session: Session, reply: HealthReply) -> SessionHealthAnswer:
    is_open = reply.status == SessionStatus.CONNECTED
    acknowledged, heard = reply.acknowledged_at, reply.heard_at
    return SessionHealthAnswer(
        session_id=session.name,
        status=SessionStatus(reply.status),
        reason=reply.reason,
        health=Health(
            socket=SocketHealth(state="open" if is_open else "closed", since=reply.since),
            send=SendHealth(
                state=_proven(reply, acknowledged, reply.unacknowledged_at) if is_open else "closed",
                last_ack=acknowledged,
                last_failure=reply.unacknowledged_at,
            ),
            receive=ReceiveHealth(
                state=_proven(reply, heard, reply.unheard_at) if is_open else "closed",
                last_inbound=heard,
                last_failure=reply.unheard_at,
            ),
        ),
    )


def _proven(reply: HealthReply, good: int | None, bad: int | None) -> Literal["works", "failing", "unproven"]:
    """By what was seen last on this connection."""
    last = max(good or 0, bad or 0)
    if last < reply.since:
        return "unproven"
    return "works" if last == good else "failing"
