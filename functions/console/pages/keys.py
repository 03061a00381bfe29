"""API keys, for whoever runs the gateway: all of them, and making one, which is shown once."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response

from functions.admin.making import make_key
from functions.admin.schemas import GenerateBody, key_shown
from functions.console.front.cookie import set_cookie
from functions.console.front.forms import Fields
from functions.console.front.limits import limits_of
from functions.console.front.numbers import whole
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.marked import _
from functions.guards import Scope
from functions.http.bodies import validate
from shared.ids import now_ms

SCOPES: Final = {
    Scope.EVERYTHING.value: _("Everything, also what later versions add"),
    Scope.SESSIONS_READ.value: _("See sessions"),
    Scope.SESSIONS_WRITE.value: _("Make, link, change and delete sessions"),
    Scope.MESSAGES_READ.value: _("Read messages and events"),
    Scope.MESSAGES_SEND.value: _("Send messages"),
    Scope.WEBHOOKS.value: _("Make and change webhooks"),
}
_DAY_MS: Final = 86_400_000


@page("GET", "/console/keys", opens="admin")
async def show(visit: Visit) -> Response[bytes]:
    """All of them, without their secrets."""
    keys = [key_shown(key) for key in await visit.serving.keys.all()]
    return visit.page("keys.html", keys=keys, scopes=SCOPES)


@page("POST", "/console/make-key", opens="admin")
async def make(visit: Visit) -> Response[bytes]:
    """Make a key and show it, this once. Who has none yet sees its sessions from now on."""
    form = await visit.form()
    key, secret = await make_key(visit.serving, validate(GenerateBody, _asked(form)))
    headers: dict[str, str] = {}
    if visit.key is None and visit.login is not None:
        login = visit.login.also(key_id=key.id)
        headers = set_cookie(visit.request, visit.serving.sealer, login)
        visit.login, visit.key = login, key
    return visit.page("key_made.html", made=key, secret=secret, headers=headers)


def _asked(form: Fields) -> dict[str, Any]:
    """What the form says, as JSON has it."""
    some = [scope for scope in form.every("scope") if scope != Scope.EVERYTHING.value]
    asked = limits_of(form) | {"name": form.one("name"), "scopes": some or [Scope.EVERYTHING.value]}
    if country := form.one("country"):
        asked["defaultCountry"] = country
    if (days := whole(form, "days")) is not None:
        asked["expiresAt"] = now_ms() + days * _DAY_MS
    return asked


PAGES = (show, make)
