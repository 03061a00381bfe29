"""API keys, for whoever runs the gateway: made, shown once, revoked."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from functions.admin.making import make_key, revoke_key
from functions.admin.schemas import GenerateBody, key_shown
from functions.admin.stored_keys import stored_key
from functions.console.front.cookie import Login, set_cookie
from functions.console.front.forms import Fields
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.marked import _
from functions.guards import Scope
from functions.http.bodies import validate
from shared.errors import BadRequest
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
_LONGEST: Final = 7


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


@page("POST", "/console/keys/{key_id:str}/revoke", opens="admin")
async def revoke(visit: Visit, key_id: FromPath[str]) -> Response[bytes]:
    """Make a key useless, once its name was typed."""
    form = await visit.form()
    key = await stored_key(visit.serving, key_id)
    if form.one("typed") != key.name:
        raise BadRequest("Type the key's name to revoke it.", field="typed")
    await revoke_key(visit.serving, key)
    if key.id == (visit.login or Login()).key_id:
        return visit.go_to("/")
    return visit.go_to("/console/keys")


def _asked(form: Fields) -> dict[str, Any]:
    """What the form says, as JSON has it."""
    some = [scope for scope in form.every("scope") if scope != Scope.EVERYTHING.value]
    asked: dict[str, Any] = {"name": form.one("name"), "scopes": some or [Scope.EVERYTHING.value]}
    if country := form.one("country"):
        asked["defaultCountry"] = country
    for field, name in (("sessions", "maxSessions"), ("days", "expiresAt")):
        text = form.one(field)
        if text:
            if not text.isdecimal() or len(text) > _LONGEST:
                raise BadRequest("Write a whole number.", field=field)
            asked[name] = int(text) if field == "sessions" else now_ms() + int(text) * _DAY_MS
    return asked


PAGES = (show, make, revoke)
