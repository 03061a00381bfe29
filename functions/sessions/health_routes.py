"""Whether a session is alive, in each direction: what its connection has shown, not what its state says."""

from __future__ import annotations

from typing import Literal

from litestar import Response
from litestar.params import FromPath

from functions.guards import Scope
from functions.http.answers import Answer, Optional, Part, answer
from functions.http.moments import Moment
from functions.http.requests import HttpRequest, request_id, tenant
from functions.routing import route
from functions.services import services
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import HealthReply, ReadHealth
from shared.errors import BadSessionName, BusUnavailable, NoHost, SessionNotFound
from shared.ids import check_session_name
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


@route(
    "GET",
    "/api/sessions/{name:str}/health",
    scope=Scope.SESSIONS_READ,
    answers={200: SessionHealthAnswer},
    errors=(BadSessionName, SessionNotFound, NoHost, BusUnavailable),
)
async def get_health(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Say what a session's connection has shown of itself: whether it is open, whether it sends, whether it hears.

    Times are since its host took it. Nothing is sent to find out, unless the session probes by itself.
    """
    serving = services(request)
    session = await serving.session_rows.existing(tenant(request).id, check_session_name(name))
    try:
        reply = await serving.owners.reach(
            session.uid, ReadHealth(), request_id=request_id(request.scope), within=0, answer_within=_ANSWER_WITHIN
        )
    except NoResponder:
        return answer(_told(session, _of_the_row(session)))
    except NoAnswer:
        raise (NoHost() if serving.bus.connected else BusUnavailable(retry_after=2)) from None
    return answer(_told(session, reply))


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
