"""From a kind of content to the route that sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import Strict, create_model

from functions.guards import Scope
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.bodies import read, validate
from functions.http.problems import problem
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import session_name
from functions.messages.idempotency import SCHEMA, idempotency
from functions.messages.schemas import PendingAnswer, SendBody, SendNewBody, SendToBody, SentAnswer
from functions.reference.described import SESSION, Link, Parameter
from functions.routing import route
from functions.sending.draft import Draft
from functions.sending.sender import Replayed, Report
from functions.services import services
from functions.sessions.pictures import data_url
from shared import errors
from shared.contracts.about import About
from shared.contracts.content.kind import AboutMessage, Content
from shared.ids import now_ms
from shared.messages.model import MessageState
from shared.messages.outcomes import is_sent
from shared.recipients import parse_recipient

_IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "One send for one key, for 24 h: repeat a request with it as often as needed.",
    SCHEMA,
)
SEND_PARAMETERS = (*SESSION, _IDEMPOTENCY_KEY)
_REPLAYED = {"Idempotent-Replayed": "true"}
SEND_ERRORS = (
    errors.NumberInvalid,
    errors.NumberNotOnWhatsApp,
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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message."""

    path: str
    content: type[Content]
    words: str
    """What the route does, in a sentence."""
    body: type[SendBody] | None = None
    """Where it has other fields than the content."""
    errors: tuple[type[errors.WagateError], ...] = ()
    """That no other kind has."""

    def route(self) -> HTTPRouteHandler:
        """The route that sends it."""
        body_type = self.body or body_of(self.content)

        async def send(request: HttpRequest) -> Response[bytes]:
            body = await read(request, body_type)
            return await send_content(request, body, body.content())

        send.__doc__ = self.words
        send.__name__ = self.path.rpartition("/")[2].replace("-", "_")
        return route(
            "POST",
            self.path,
            scope=Scope.MESSAGES_SEND,
            body=body_type,
            answers={200: SentAnswer, 202: PendingAnswer},
            parameters=SEND_PARAMETERS,
            errors=(*SEND_ERRORS, *(TARGET_ERRORS if issubclass(self.content, AboutMessage) else ()), *self.errors),
            links=(Link("get_message", {"message_id": "id"}),),
        )(send)


def body_of(kind: type[Content]) -> type[SendBody]:
    """A body with the fields of a kind of content, under the names that JSON has them by."""
    fields: dict[str, Any] = {
        name: (_read_leniently(field.annotation), field) for name, field in kind.model_fields.items() if name != "type"
    }

    class OfKind(SendBody):
        def content(self) -> Content:
            return validate(kind, {name: getattr(self, name) for name in fields})

    base = (OfKind, SendToBody if issubclass(kind, AboutMessage) else SendNewBody)
    return create_model(f"Send{kind.__name__}Body", __base__=base, __doc__=kind.__doc__, **fields)


def _read_leniently(annotation: Any) -> Any:  # noqa: ANN401 - a type
    """JSON has a list or an object for what a strict model would not take for a tuple or a part."""
    return Annotated[annotation, Strict(strict=False)] if _has_parts(annotation) else annotation


def _has_parts(annotation: Any) -> bool:  # noqa: ANN401 - a type
    """Whether there is a tuple in it."""
    return get_origin(annotation) is tuple or any(_has_parts(each) for each in get_args(annotation))


async def send_content(
    request: HttpRequest, body: SendBody, content: Content, about: About | None = None
) -> Response[bytes]:
    """Send what a body says; `about` instead of what it has beside the content. Raises `SEND_ERRORS`."""
    serving = services(request)
    key = tenant(request)
    name = session_name(request, body.session_id)
    to = parse_recipient(body.recipient(), key.default_region)
    about = about or body.about(key.default_region)

    def says() -> dict[str, Any]:
        beside = {} if about is None else {"about": about.model_dump(exclude_defaults=True)}
        return beside | {
            "route": request.scope["path"],
            "session": name,
            "to": str(to),
            "content": content.model_dump(),
            "queue": body.queue,
            "expiresIn": body.expires_in,
        }

    same = idempotency(request, key_id=key.id, now=now_ms(), says=says)
    session = await serving.session_rows.obtain(key, name)
    draft = Draft(
        session=session,
        to=to,
        content=content,
        about=about,
        queue=body.queue,
        expires_in=body.expires_in,
        wait=body.wait,
        idempotency=same,
        request_id=request_id(request.scope),
    )
    try:
        report = await serving.sender.send(draft)
    except Replayed as replayed:
        return problem(request, await _with_picture(replayed.error), headers=_REPLAYED)
    except errors.Disconnected as error:
        raise await _with_picture(error) from error
    return _answer(report, name)


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
