"""The settings of a session, as a form has them."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from functions.console.front.forms import Fields
from functions.console.front.numbers import whole
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.marked import _
from functions.guards import Scope
from functions.http.bodies import validate
from functions.sessions.choosing import choose
from functions.sessions.settings_schemas import SettingsBody
from shared.errors import BadRequest
from shared.ids import check_session_name
from shared.sessions.chosen import Choices, choices_of

IGNORED: Final = {
    "groups": _("Messages of groups"),
    "status": _("Status updates"),
    "newsletters": _("Posts of channels"),
    "calls": _("Calls"),
}
FILES: Final = {
    "image": _("Pictures"),
    "video": _("Videos"),
    "audio": _("Voice notes and music"),
    "document": _("Documents"),
    "sticker": _("Stickers"),
}


@page("POST", "/console/sessions/{name:str}/settings", scope=Scope.SESSIONS_WRITE)
async def settings(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Choose other settings."""
    form = await visit.form()
    session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
    body = validate(SettingsBody, _chosen(form, choices_of(session.settings)))
    given = body.model_dump(exclude_unset=True, by_alias=True)
    applied = (await choose(visit.serving, session, given, request_id=visit.id))[1]
    more = "" if applied else _("They count within 10 seconds, once the host has read them.")
    return visit.page("done.html", words=_("The settings are kept."), more=more)


def _chosen(form: Fields, before: Choices) -> dict[str, Any]:
    """The settings that the form has, as JSON has them. Raises BadRequest."""
    files = [kind for kind in FILES if form.has(f"file-{kind}")]
    given: dict[str, Any] = {
        "ignore": {name: form.has(f"ignore-{name}") for name in IGNORED},
        "autoRead": form.has("auto-read"),
        "alwaysOnline": form.has("always-online"),
        "rejectCalls": {"enabled": form.has("reject-calls"), "reply": form.one("reject-reply") or None},
        "deviceName": form.one("device-name") or None,
        "history": {"days": whole(form, "history-days") or 0},
        "probeAfter": whole(form, "probe-after"),
        "media": {
            "kinds": None if len(files) == len(FILES) else files,
            "maxSize": whole(form, "file-size"),
            "keepDays": whole(form, "file-days"),
        },
    }
    if (said := form.one("metadata").splitlines()) != words_of(before).strip().splitlines():
        given["metadata"] = {**dict.fromkeys(before.metadata), **_named(said)}
    if form.one("proxy") or form.has("no-proxy"):
        given["proxy"] = None if form.has("no-proxy") else form.one("proxy")
    return given


def words_of(choices: Choices) -> str:
    """Its metadata, a line each."""
    return "\n".join(f"{name}={value}" for name, value in choices.metadata.items())


def _named(lines: list[str]) -> dict[str, str]:
    """What lines say, a name and a value each. Raises BadRequest."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        name, given, value = line.partition("=")
        if not given:
            raise BadRequest("Write a name, = and a value in each line: customer=4711", field="metadata")
        found[name.strip()] = value.strip()
    return found


PAGES = (settings,)
