"""How a page of the console is declared: who may see it, and what it says when something is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

import structlog
from litestar import HttpMethod, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from functions.access.auditing import audited
from functions.access.client_address import address_of
from functions.access.limits import Chats, check_address, check_route
from functions.console.front import forms
from functions.console.front.cookie import Login, login_of, set_cookie
from functions.console.front.language import language_of
from functions.console.front.visit import Visit
from functions.guards import Scope
from functions.http.requests import HttpRequest, header, set_error_code, set_tenant
from functions.services import Services, services
from shared.errors import AdminKeyMissing, Internal, ScopeMissing, WagateError
from shared.ids import now_ms
from shared.tenants.model import ApiKey

Serve = Callable[..., Awaitable[Response[bytes]]]
Opens = Literal["nobody", "any", "key", "admin"]
"""What a visitor has to have given: nothing, one of both keys, an API key, the admin key."""

_PARAMETER: Final = re.compile(r"\{(\w+):\w+\}")
_HOME: Final = "/"

log = structlog.get_logger("functions")


class _LoggedOutError(Exception):
    """The page is not for who asks, as long as nobody is logged in."""


def page(
    method: Literal["GET", "POST"],
    path: str,
    *,
    opens: Opens = "key",
    scope: Scope | None = None,
    chats: Chats = "closed",
) -> Callable[[Serve], HTTPRouteHandler]:
    """Make a page of a function, which gets a `Visit` and the words of the path.

    Args:
        method: GET changes nothing; what is sent by POST is a form of ours.
        path: `/console/…/{name:str}`.
        opens: what a visitor has to have given.
        scope: what the key has to be allowed.
        chats: as of a route: what a key that is limited to chats is let through by.
    """
    methods = [HttpMethod.GET, HttpMethod.HEAD] if method == "GET" else [HttpMethod.POST]

    def declare(serve: Serve) -> HTTPRouteHandler:
        async def answered(request: HttpRequest, **words: str) -> Response[bytes]:
            visit = Visit(request, services(request), None, language_of(request))
            try:
                if method == "POST":
                    forms.check_ours(request)
                await _admit(visit, opens, scope, chats)
                if not is_audited(method, opens, scope):
                    return await serve(visit, **words)
                by = None if opens == "admin" else visit.key
                return await audited(
                    visit.serving.audit, request, f"console.{serve.__name__}", words, by, lambda: serve(visit, **words)
                )
            except _LoggedOutError:
                return _to_log_in(visit)
            except WagateError as error:
                return problem_page(visit, error)
            except Exception as error:
                log.exception("request failed", request_id=visit.id, method=method, route=path, exc_info=error)
                return problem_page(visit, Internal())

        _shape(answered, serve, _PARAMETER.findall(path))
        return HTTPRouteHandler(path, http_method=methods, status_code=200)(answered)

    return declare


def is_audited(method: str, opens: Opens, scope: Scope | None) -> bool:
    """Whether the audit log has it, as of a route that does the same."""
    return method == "POST" and (opens == "admin" or scope in {Scope.SESSIONS_WRITE, Scope.WEBHOOKS})


def _shape(answered: Any, serve: Serve, names: list[str]) -> None:  # noqa: ANN401 - a function, as Litestar looks at it
    """Give it the name of the function it stands for, and the arguments that its path says."""
    kinds: dict[str, Any] = {"request": HttpRequest, **dict.fromkeys(names, FromPath[str])}
    by_name = inspect.Parameter.KEYWORD_ONLY
    answered.__name__, answered.__doc__ = serve.__name__, serve.__doc__
    answered.__annotations__ = {**kinds, "return": Response[bytes]}
    answered.__signature__ = inspect.Signature(
        [inspect.Parameter(name, by_name, annotation=kind) for name, kind in kinds.items()],
        return_annotation=Response[bytes],
    )


async def _admit(visit: Visit, opens: Opens, scope: Scope | None, chats: Chats) -> None:
    """See who is logged in, by the rows of now; raises where the page is not for them."""
    login = login_of(visit.request, visit.serving.sealer)
    if login is not None:
        visit.key = await usable_key(visit.serving, login)
        visit.is_admin = login.admin is not None and visit.serving.admin_key.is_still(login.admin)
        visit.login = login if visit.key is not None or visit.is_admin else None
    if opens == "nobody":
        return
    if visit.login is None or (opens == "key" and visit.key is None):
        raise _LoggedOutError
    if opens == "admin" and not visit.is_admin:
        raise AdminKeyMissing("This page is for whoever runs the gateway: log in with the admin key.")
    if visit.key is not None:
        visit.serving.usage.count(visit.key.id)
        set_tenant(visit.request, visit.key)
        check_address(visit.key, address_of(visit.request))
        if opens == "key":
            check_route(visit.key, chats)
    if scope is not None and not visit.may(scope):
        raise ScopeMissing(f"This API key may not do that: it lacks the scope '{scope}'.", scope=scope.value)


async def usable_key(serving: Services, login: Login) -> ApiKey | None:
    """The key of a login as its row is now; None when it was revoked or deleted, or has expired."""
    key = None if login.key_id is None else await serving.keys.get(login.key_id)
    if key is None or not key.active or (key.expires_at is not None and key.expires_at <= now_ms()):
        return None
    return key


def _to_log_in(visit: Visit) -> Response[bytes]:
    """To the first page, which leads back.

    A link on a page of elsewhere brings no cookie along, as it is `SameSite=Strict`. So that it leads to where it says
    for who is logged in, the page asks once more, by itself.
    """
    wanted = _wanted(visit)
    address = f"{_HOME}?next={quote(wanted, safe='')}" if wanted else _HOME
    if header(visit.request, "Sec-Fetch-Site") == "cross-site" and visit.request.method == HttpMethod.GET:
        return visit.page("again.html", address=address)
    gone = set_cookie(visit.request, visit.serving.sealer, None) if header(visit.request, "Cookie") else {}
    return visit.go_to(address, gone)


def _wanted(visit: Visit) -> str:
    """The page that was asked for, or that is open in the browser; empty where a form was sent."""
    if visit.by_htmx:
        open_ = urlsplit(header(visit.request, "HX-Current-URL") or "")
        path, query = open_.path, open_.query
    elif visit.request.method == HttpMethod.GET:
        path, query = visit.request.scope["path"], visit.request.scope["query_string"].decode("latin-1")
    else:
        return ""
    return f"{path}?{query}" if query else path


def problem_page(visit: Visit, error: WagateError) -> Response[bytes]:
    """What is said of an error: a page, or a note on the page that is open."""
    set_error_code(visit.request, error.code)
    if visit.by_htmx:
        return visit.page(
            "note.html", error=error, headers={"HX-Retarget": "#notes", "HX-Reswap": "innerHTML"}, status=200
        )
    return visit.page("problem.html", error=error, status=error.status)
