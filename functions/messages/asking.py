"""From what a request asks for to what came of it: the way of every send, whatever it sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar import Response

from functions.access.limits import check_session
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.chats import chat_of
from functions.http.problems import problem
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import session_name
from functions.messages.audience import somebody_sees
from functions.messages.fitting import check_fits
from functions.messages.idempotency import SCHEMA, idempotency
from functions.messages.schemas import PendingAnswer, SendBody, SentAnswer
from functions.reference.described import SESSION, Parameter
from functions.sending.draft import Draft
from functions.sending.sender import Replayed, Report
from functions.services import services
from functions.sessions.pictures import data_url
from shared import errors
from shared.contracts.about import About
from shared.contracts.content.kind import AboutMessage, Content
from shared.ids import now_ms
from shared.jids import BROADCAST, Jid
from shared.messages.model import Idempotency, MessageState
from shared.messages.outcomes import is_sent

_IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "Requests with the same key within 24 h are one send: repeat a request as often as you need.",
    SCHEMA,
)
SEND_PARAMETERS = (*SESSION, _IDEMPOTENCY_KEY)
SEND_ERRORS = (
    errors.NumberInvalid,
    errors.NumberNotOnWhatsApp,
    errors.ContentUnfit,
    errors.NobodyToSee,
    errors.TargetNotFound,
    errors.IdempotencyKeyReused,
    errors.SendInFlight,
    errors.RateLimited,
    errors.WhatsAppRefused,
    errors.WhatsAppSilent,
    errors.Disconnected,
    errors.NoHost,
    errors.BusUnavailable,
    errors.SendUnknown,
    errors.MessageExpired,
    errors.SenderChanged,
    errors.QueueFull,
    *NEW_SESSION_ERRORS,
)


TARGET_ERRORS = (errors.TargetNotOwn, errors.TargetTooOld, errors.TargetUnfit)
"""Of what is said about another message."""
_REPLAYED = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a body says beside its content, and who asks."""

    body: SendBody
    name: str
    """Of the session."""
    to: Jid
    about: About | None

    @classmethod
    def of(cls, request: HttpRequest, body: SendBody, about: About | None = None) -> Asked:
        """Read it; `about` instead of what the body has beside its content.

        Raises NumberInvalid, BadSessionName, SessionNotAllowed and ChatNotAllowed.
        """
        region = tenant(request).default_region
        name = session_name(request, body.session_id)
        check_session(tenant(request), name)  # before files are looked for
        return cls(body, name, chat_of(request, body.recipient()), about or body.about(region))

    def check_fits(self, content: Content) -> None:
        """Whether WhatsApp has such a message in that chat; raises ContentUnfit."""
        check_fits(self.to, content, self.about, typing=self.body.writes_for() > 0)

    def same(self, request: HttpRequest, content: Callable[[], dict[str, Any]]) -> Idempotency | None:
        """The request's Idempotency-Key with everything that this message is; None when it has none."""

        def says() -> dict[str, Any]:
            beside = {} if self.about is None else {"about": self.about.model_dump(exclude_defaults=True)}
            return beside | {
                "route": request.scope["path"],
                "session": self.name,
                "to": str(self.to),
                "content": content(),
                "queue": self.body.queue,
                "expiresIn": self.body.expires_in,
            }

        return idempotency(request, key_id=tenant(request).id, now=now_ms(), says=says)


async def send_content(
    request: HttpRequest, body: SendBody, content: Content, about: About | None = None
) -> Response[bytes]:
    """Send what a body says; `about` instead of what it has beside the content. Raises `SEND_ERRORS`."""
    asked = Asked.of(request, body, about)
    return await send(request, asked, content, asked.same(request, content.model_dump))


async def send(request: HttpRequest, asked: Asked, content: Content, same: Idempotency | None) -> Response[bytes]:
    """Send it, and say what came of it."""
    asked.check_fits(content)
    serving = services(request)
    session = await serving.session_rows.obtain(tenant(request), asked.name)
    if asked.to.server == BROADCAST and not asked.body.queue and not isinstance(content, AboutMessage):
        await somebody_sees(request, session, same)
    draft = Draft(
        session=session,
        to=asked.to,
        content=content,
        about=asked.about,
        queue=asked.body.queue,
        expires_in=asked.body.expires_in,
        wait=asked.body.wait,
        idempotency=same,
        request_id=request_id(request.scope),
        typing=asked.body.writes_for(),
    )
    try:
        report = await serving.sender.send(draft)
    except Replayed as replayed:
        return problem(request, await _with_picture(replayed.error), headers=_REPLAYED)
    except errors.Disconnected as error:
        raise await _with_picture(error) from error
    return _answer(report, asked.name)


def _answer(report: Report, name: str) -> Response[bytes]:
    headers = _REPLAYED if report.replayed else None
    outcome = report.outcome
    if is_sent(outcome):
        sent = SentAnswer(message_id=outcome.wa_id, id=report.id, session_id=name, timestamp=outcome.timestamp)
        return answer(sent, headers=headers)
    pending = PendingAnswer(id=report.id, status=MessageState(outcome.state), session_id=name)
    return answer(pending, status=202, headers=headers)


async def _with_picture(error: errors.WagateError) -> errors.WagateError:
    """The code to scan as a picture, as GET /api/qr gives it; hosts send its text."""
    text = error.details.get("qr")
    if isinstance(text, str) and not text.startswith("data:"):
        error.details["qr"] = await data_url(text)
    return error
