"""Bodies and answers of the session routes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field

from functions.http.answers import Answer, Message, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.numbers import Number
from functions.http.session_names import SessionName
from shared.contracts.commands.sessions import StatusReply
from shared.contracts.history_events import HistoryState
from shared.ids import now_ms
from shared.sessions.chosen import choices_of
from shared.sessions.history import HistoryProgress
from shared.sessions.model import UNLINK_PENDING, Desired, Session, SessionReport, SessionStatus, yet_to_come

HOST_LOST = "host_lost"
BUS_UNAVAILABLE = "bus_unavailable"
_TRUE_WITHOUT_HOST = frozenset({SessionStatus.LOGGED_OUT, SessionStatus.FAILED})


Passphrase = Annotated[str, Field(min_length=12, max_length=1024, repr=False)]
"""What opens an exported pairing."""


class PairCodeBody(Body):
    """Ask for a code to type on the phone."""

    session_id: SessionName | None = None
    number: Number


class RenameBody(Body):
    """Give a session another name."""

    session_id: SessionName


class ExportBody(Body):
    """Take the pairing out."""

    passphrase: Passphrase


class ImportBody(Body):
    """Go on with a pairing that was taken out."""

    passphrase: Passphrase
    file: str = Field(min_length=1, max_length=34_000_000, repr=False, description="The exported file, in base64.")


class _Named(Part):
    session_id: str
    connected: bool


class HistoryAnswer(Part):
    """How far the session has come with what was said before it was linked."""

    state: HistoryState = Field(
        description="`coming`; `done`; `limited`: the session has as many messages as it may take; `incomplete`: "
        "nothing comes any more, and something is missing."
    )
    progress: int = Field(description="How much has arrived, by the phone's count, in per cent.")
    messages: int = Field(description="How many messages have arrived.")
    missing: int = Field(description="Lost pieces, of some hundred or thousand messages each.")


class _Details(Part):
    reason: Optional[str] = None
    number: Optional[str] = None
    lid: Optional[str] = None
    push_name: Optional[str] = None
    until: Optional[Moment] = None
    next_try: Optional[Moment] = None
    metadata: Optional[dict[str, str]] = Field(default=None, description="As it was set for the session.")
    history: Optional[HistoryAnswer] = None


class SessionState(_Details, _Named):
    """What a session is doing."""

    status: SessionStatus
    since: Moment


class StatusAnswer(SessionState, Answer):
    """What one session is doing."""


class LoggedOutAnswer(StatusAnswer):
    """What a session is doing after it was logged out."""

    unlinked: bool = Field(description="Whether the phone has forgotten the device.")
    message: Optional[str] = None


class DeletedAnswer(Message):
    """A session that was deleted."""

    unlinked: bool = Field(description="Whether the phone has forgotten the device.")


class AnyStatusAnswer(_Details, _Named, Answer):
    """What a session is doing, or that there is none of that name: `not_created`, with a hint and nothing else."""

    status: SessionStatus | Literal["not_created"]
    since: Optional[Moment] = None
    hint: Optional[str] = None


class ExportAnswer(Answer):
    """A pairing as an encrypted file: as it is, or with `Accept: application/json` in base64."""

    session_id: str
    file: str


class SessionsAnswer(Answer):
    """Every session of the key, oldest first."""

    sessions: list[SessionState]


class QrAnswer(Answer):
    """A code to scan with the phone, or why none is needed now."""

    qr: str | None = Field(description="A PNG as a data: URL, or null when there is nothing to scan.")
    qr_text: str | None = Field(description="The contents of the QR code, to draw it yourself.")
    session_id: str
    status: SessionStatus
    reason: Optional[str] = None
    expires_at: Optional[Moment] = None


class PairCodeAnswer(Answer):
    """A code to type on the phone: WhatsApp, Linked devices, Link with phone number."""

    code: str
    session_id: str
    expires_at: Moment


def not_created(name: str) -> AnyStatusAnswer:
    """That there is no session of this name."""
    hint = f"This key has no session '{name}': GET /api/qr?sessionId={name} makes it and gives the code to scan."
    return AnyStatusAnswer(session_id=name, connected=False, status="not_created", hint=hint)


def state_of(session: Session, *, alive: frozenset[str], bus_connected: bool) -> SessionState:
    """What a session is doing, by its row and by whether its host lives."""
    report = session.report
    status, reason = report.status, report.reason
    if session.unlink_since is not None:
        status, reason = SessionStatus.LOGGED_OUT, UNLINK_PENDING
    elif session.desired is Desired.STOPPED:
        put_away = status is SessionStatus.STOPPED
        status, reason = SessionStatus.STOPPED, reason if put_away else None
    elif status is SessionStatus.STOPPED:
        status, reason = SessionStatus.STARTING, None  # wanted again; no host has taken it yet
    elif status in _TRUE_WITHOUT_HOST or session.owner in alive:
        pass
    elif not bus_connected:
        status, reason = SessionStatus.RECONNECTING, BUS_UNAVAILABLE
    elif session.epoch:
        status, reason = SessionStatus.RECONNECTING, HOST_LOST
    else:
        status, reason = SessionStatus.STARTING, None  # made a moment ago; no host has taken it yet
    return _state(session, report, status, reason)


def _state(
    session: Session, report: SessionReport | StatusReply, status: SessionStatus, reason: str | None
) -> SessionState:
    return SessionState(
        session_id=session.name,
        connected=status is SessionStatus.CONNECTED,
        status=status,
        reason=reason,
        number=report.number,
        lid=report.lid,
        push_name=report.push_name,
        since=report.since or session.created_at,
        until=report.until,
        next_try=None if status is SessionStatus.STOPPED else yet_to_come(report.next_try, now_ms()),
        metadata=choices_of(session.settings).metadata or None,
        history=_history(session),
    )


def _history(session: Session) -> HistoryAnswer | None:
    shown = HistoryProgress.of(session.history)
    return None if shown is None else HistoryAnswer(**asdict(shown))


def status_answer(session: Session, reply: StatusReply) -> StatusAnswer:
    """What the owner itself just said."""
    state = _state(session, reply, SessionStatus(reply.status), reply.reason)
    return StatusAnswer(**state.model_dump())
