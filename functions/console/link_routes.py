"""The link for a customer, for programs: made, and taken back."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath
from pydantic import Field, StrictStr

from functions.console.front.cookie import origin_of
from functions.console.links import LASTS, LONGEST, Link, checked_address, revoke_all, token_of
from functions.families import Family
from functions.guards import Scope
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import Answer, Message, answer
from functions.http.bodies import Body, read
from functions.http.moments import Moment
from functions.http.requests import HttpRequest, tenant
from functions.routing import route
from functions.services import services
from functions.sessions.states import states_of
from shared.errors import SecretsKeyMissing, SessionAlreadyConnected, SessionNotFound
from shared.ids import check_session_name, now_ms
from shared.whole import Whole

_SHORTEST = 60
_LONGEST_ADDRESS = 1024


class CustomerLinkBody(Body):
    """A link for a customer."""

    return_url: StrictStr | None = Field(
        default=None,
        max_length=_LONGEST_ADDRESS,
        description="Where the customer goes on afterwards: an address that begins with https:// or http://.",
    )
    valid_for: Whole = Field(default=LASTS, ge=_SHORTEST, le=LONGEST, description="Seconds.")


class CustomerLinkAnswer(Answer):
    """Whoever has it can link a phone with this session, once, and do nothing else."""

    session_id: str
    link: str
    expires_at: Moment


@route(
    "POST",
    "/api/sessions/{name:str}/link",
    scope=Scope.SESSIONS_WRITE,
    body=CustomerLinkBody,
    answers={200: CustomerLinkAnswer},
    errors=(SessionAlreadyConnected, SecretsKeyMissing, *NEW_SESSION_ERRORS),
    chats="none",
)
async def create_link(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Make a link by which a customer links their own phone with a session; one that was not there is made.

    It shows a QR code, or one to type, without a key. It ends after an hour, or `validFor` seconds, and once a phone is
    linked.
    """
    serving, key = services(request), tenant(request)
    body = await read(request, CustomerLinkBody)
    back = checked_address(body.return_url or "")
    session = await serving.session_rows.obtain_fresh(key, check_session_name(name))
    (state,) = await states_of(serving, [session])
    if state.connected:
        raise SessionAlreadyConnected("The session is connected: log it out before somebody else links a phone.")
    link = Link(key.id, session.uid, now_ms(), back, body.valid_for)
    address = f"{origin_of(request)}/console/link/{token_of(serving.sealer, link)}"
    told = CustomerLinkAnswer(session_id=session.name, link=address, expires_at=link.until)
    return answer(told, headers={"Cache-Control": "no-store"})


@route(
    "DELETE",
    "/api/sessions/{name:str}/link",
    scope=Scope.SESSIONS_WRITE,
    answers={200: Message},
    errors=(SessionNotFound,),
    chats="none",
)
async def revoke_links(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Take back every link of a session that was made until now. A phone that is linked stays linked."""
    serving = services(request)
    session = await serving.session_rows.existing(tenant(request), check_session_name(name))
    await revoke_all(serving, session)
    return answer(Message(message="The links of this session open nothing any more."))


FAMILY = Family("links", (create_link, revoke_links))
