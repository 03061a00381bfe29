"""The first page: log in with a key, and where to get one."""

from __future__ import annotations

from typing import Final

from litestar import Response

from functions.access.client_address import address_of
from functions.console.front.cookie import Login, set_cookie
from functions.console.front.language import COOKIE, LANGUAGES
from functions.console.front.page import page
from functions.console.front.visit import Visit
from shared.errors import WagateError
from shared.ids import API_KEY_PREFIX

_START: Final = "/console/sessions"
_ADMIN_START: Final = "/console/keys"
_A_YEAR: Final = 365 * 24 * 3600
_LONGEST: Final = 2048


@page("GET", "/", opens="nobody")
async def first_page(visit: Visit) -> Response[bytes]:
    """Where to log in; who is logged in already is where they wanted to be."""
    wanted = own_address(visit.query.one("next"))
    if visit.login is not None:
        return visit.go_to(wanted or start_of(visit))
    return visit.page("login.html", next=wanted, problem=None)


@page("GET", "/console/login", opens="nobody")
async def again(visit: Visit) -> Response[bytes]:
    """The same form for who is logged in: to use an API key and the admin key together, or another key."""
    return visit.page("login.html", next="", problem=None)


@page("GET", "/console", opens="nobody")
async def console(visit: Visit) -> Response[bytes]:
    """The address that people try."""
    return visit.go_to(start_of(visit) if visit.login is not None else "/")


@page("POST", "/console/login", opens="nobody")
async def log_in(visit: Visit) -> Response[bytes]:
    """Log in with an API key or the admin key; one of each may be used together."""
    visit.login, before = None, visit.login  # the form of this page has no token: nobody is logged in where it is shown
    form = await visit.form()
    given, wanted = form.one("key"), own_address(form.one("next"))
    try:
        login = await _logged_in(visit, before or Login(), given)
    except WagateError as problem:
        return visit.page("login.html", next=wanted, problem=problem, status=problem.status)
    start = _START if given.startswith(API_KEY_PREFIX) or login.key_id else _ADMIN_START
    return visit.go_to(wanted or start, set_cookie(visit.request, visit.serving.sealer, login))


async def _logged_in(visit: Visit, before: Login, given: str) -> Login:
    client = address_of(visit.request)
    if given.startswith(API_KEY_PREFIX):
        key = await visit.serving.authenticator.key_of(given, client)
        return before.also(key_id=key.id)
    visit.serving.admin_key.check(given, client)
    return before.also(admin=visit.serving.admin_key.mark)


@page("POST", "/console/logout", opens="nobody")
async def log_out(visit: Visit) -> Response[bytes]:
    """Log out of everything."""
    await visit.form()
    return visit.go_to("/", set_cookie(visit.request, visit.serving.sealer, None))


@page("POST", "/console/language", opens="nobody")
async def choose_language(visit: Visit) -> Response[bytes]:
    """Show every page in another language from now on."""
    visit.login = None  # it is chosen before anybody logs in, too, and does no harm
    form = await visit.form()
    chosen = form.one("language")
    back = own_address(form.one("back")) or "/"
    if chosen not in LANGUAGES:
        return visit.go_to(back)
    return visit.go_to(back, {"Set-Cookie": f"{COOKIE}={chosen}; Path=/; Max-Age={_A_YEAR}; HttpOnly; SameSite=Lax"})


def start_of(visit: Visit) -> str:
    """Where somebody begins."""
    return _START if visit.key is not None else _ADMIN_START


def own_address(text: str) -> str:
    """An address of the console, as it is given; empty for one that leads elsewhere."""
    plain = text.isascii() and text.isprintable() and not set(text) & set('\\ "<>')
    return text if plain and len(text) <= _LONGEST and (text.startswith("/console/") and "//" not in text) else ""


PAGES = (first_page, again, console, log_in, log_out, choose_language)
