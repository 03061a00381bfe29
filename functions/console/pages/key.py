"""One API key, for whoever runs the gateway: what it is limited to, another secret for it, and its end."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.params import FromPath

from functions.admin.limiting import change_key
from functions.admin.making import revoke_key, rotate_key
from functions.admin.schemas import ChangeKeyBody, RotateKeyBody, key_shown
from functions.admin.stored_keys import stored_key
from functions.console.front.cookie import Login
from functions.console.front.limits import limits_of
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.pages.usage import usage_told
from functions.console.words.marked import _
from functions.http.bodies import validate
from shared.errors import BadRequest

OVERLAPS: Final = {
    "86400": _("for a day"),
    "604800": _("for 7 days"),
    "3600": _("for an hour"),
    "0": _("not at all"),
}
"""Seconds for which the secret before works on, in words."""


@page("GET", "/console/keys/{key_id:str}", opens="admin")
async def show(visit: Visit, key_id: FromPath[str]) -> Response[bytes]:
    """All that is known of it."""
    key = await stored_key(visit.serving, key_id)
    return visit.page("key.html", key=key_shown(key), overlaps=OVERLAPS, **await usage_told(visit, key))


@page("POST", "/console/keys/{key_id:str}/limits", opens="admin")
async def limit(visit: Visit, key_id: FromPath[str]) -> Response[bytes]:
    """Narrow it to what the form says; empty fields narrow nothing."""
    form = await visit.form()
    key = await stored_key(visit.serving, key_id)
    await change_key(visit.serving, key, validate(ChangeKeyBody, limits_of(form)))
    return visit.page("done.html", words=_("The limits are kept. They count from now on."), more="")


@page("POST", "/console/keys/{key_id:str}/rotate", opens="admin")
async def rotate(visit: Visit, key_id: FromPath[str]) -> Response[bytes]:
    """Give it another secret and show that, this once."""
    form = await visit.form()
    overlap = form.one("overlap")
    if overlap not in OVERLAPS:
        raise BadRequest("Choose for how long the secret before works on.", field="overlap")
    body = validate(RotateKeyBody, {"overlap": int(overlap)})
    key, secret = await rotate_key(visit.serving, await stored_key(visit.serving, key_id), body.overlap)
    return visit.page("key_made.html", made=key, secret=secret)


@page("POST", "/console/keys/{key_id:str}/revoke", opens="admin")
async def revoke(visit: Visit, key_id: FromPath[str]) -> Response[bytes]:
    """Make it useless, once its name was typed."""
    form = await visit.form()
    key = await stored_key(visit.serving, key_id)
    if form.one("typed") != key.name:
        raise BadRequest("Type the key's name to revoke it.", field="typed")
    await revoke_key(visit.serving, key)
    if key.id == (visit.login or Login()).key_id:
        return visit.go_to("/")
    return visit.go_to("/console/keys")


PAGES = (show, limit, rotate, revoke)
