"""One session: what it does and did, whether it is alive, its settings, and its end."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from functions.admin.moving import move
from functions.console.front.headers import NOT_KEPT, SAFE
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.pages.session_settings import FILES, IGNORED, words_of
from functions.console.words.course import course_of
from functions.console.words.listed import row_of
from functions.console.words.marked import _
from functions.guards import Scope
from functions.http.bodies import validate
from functions.sessions import ending, lifecycle
from functions.sessions.exporting import export_pairing
from functions.sessions.health import SessionHealthAnswer, health_of
from functions.sessions.schemas import ExportBody
from functions.sessions.states import states_of
from shared.errors import AdminKeyMissing, BadRequest, WagateError
from shared.ids import check_session_name
from shared.sessions.chosen import choices_of
from shared.sessions.model import Session

_HEALTH_WITHIN: Final = 3.0


@page("GET", "/console/sessions/{name:str}", scope=Scope.SESSIONS_READ)
async def show(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """The page."""
    session = await _named(visit, name)
    (state,) = await states_of(visit.serving, [session])
    chosen = choices_of(session.settings).shown()
    return visit.page(
        "session.html",
        session=session,
        row=row_of(session, state),
        state=state,
        chosen=chosen,
        metadata=words_of(chosen),
        health=None,
        course=None,
        ignored=IGNORED,
        files=FILES,
        shards=await _shards(visit) if visit.is_admin else [],
    )


@page("GET", "/console/sessions/{name:str}/now", scope=Scope.SESSIONS_READ)
async def now(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """What of the page changes: its state, its health, its course."""
    session = await _named(visit, name)
    (state,) = await states_of(visit.serving, [session])
    return visit.page(
        "_session.html",
        session=session,
        row=row_of(session, state),
        state=state,
        health=await _health(visit, session),
        course=await course_of(visit.serving.reading, session),
    )


@page("POST", "/console/sessions/{name:str}/start", scope=Scope.SESSIONS_WRITE)
async def start(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Start it."""
    return await _done(visit, name, lifecycle.start, _("The session is started."))


@page("POST", "/console/sessions/{name:str}/stop", scope=Scope.SESSIONS_WRITE)
async def stop(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Stop it; its pairing is kept."""
    return await _done(visit, name, lifecycle.stop, _("The session is stopped. Its pairing is kept."))


@page("POST", "/console/sessions/{name:str}/restart", scope=Scope.SESSIONS_WRITE)
async def restart(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Close its connection and begin it again."""
    return await _done(visit, name, lifecycle.restart, _("The session connects again."))


@page("POST", "/console/sessions/{name:str}/logout", scope=Scope.SESSIONS_WRITE)
async def log_out(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Unlink it from its phone."""
    await visit.form()
    done = await ending.logout(visit.serving, await _named(visit, name), request_id=visit.id)
    words = _("The session is logged out.")
    return visit.page("done.html", words=words, more="" if done.end.done else done.end.words)


@page("POST", "/console/sessions/{name:str}/delete", scope=Scope.SESSIONS_WRITE)
async def delete(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Delete it, once its name was typed."""
    form = await visit.form()
    session = await _named(visit, name)
    if form.one("typed") != session.name:
        raise BadRequest(f"Type the session's name, '{session.name}', to delete it.", field="typed")
    await ending.delete(visit.serving, session, request_id=visit.id)
    return visit.go_to("/console/sessions")


@page("POST", "/console/sessions/{name:str}/move", scope=Scope.SESSIONS_WRITE)
async def to_another(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Have another shard hold it: for whoever runs the gateway."""
    form = await visit.form()
    if not visit.is_admin:
        raise AdminKeyMissing("Only whoever runs the gateway moves sessions: log in with the admin key as well.")
    await move(visit.serving, await _named(visit, name), form.one("to") or None, request_id=visit.id)
    return visit.page("done.html", words=_("The session moves. It is connected again in a moment."), more="")


@page("POST", "/console/sessions/{name:str}/rename", scope=Scope.SESSIONS_WRITE)
async def rename(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Give it another name."""
    form = await visit.form()
    new = check_session_name(form.one("name"))
    renamed = await lifecycle.rename(visit.serving, visit.tenant, await _named(visit, name), new)
    return visit.go_to(f"/console/sessions/{renamed.name}")


@page("POST", "/console/sessions/{name:str}/export", scope=Scope.SESSIONS_WRITE)
async def export(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Its pairing as a file that a passphrase opens."""
    form = await visit.form()
    session = await _named(visit, name)
    body = validate(ExportBody, {"passphrase": form.one("passphrase")})
    file = await export_pairing(visit.serving.owners, session.uid, body.passphrase, request_id=visit.id)
    named = {"Content-Disposition": f'attachment; filename="{session.name}.wagate-auth"'}
    return Response(file, status_code=200, media_type="application/octet-stream", headers={**SAFE, **NOT_KEPT, **named})


async def _done(visit: Visit, name: str, act: Any, words: str) -> Response[bytes]:  # noqa: ANN401 - of `lifecycle`
    await visit.form()
    await act(visit.serving, await _named(visit, name), request_id=visit.id)
    return visit.page("done.html", words=words, more="")


async def _health(visit: Visit, session: Session) -> SessionHealthAnswer | None:
    """None: its host says nothing now."""
    try:
        return await health_of(visit.serving, session, request_id=visit.id, within=_HEALTH_WITHIN)
    except WagateError:
        return None


async def _shards(visit: Visit) -> list[str]:
    """Those that would take it."""
    leases = await visit.serving.leases.all()
    return sorted(lease.owner for lease in leases if not lease.dead and not lease.draining and lease.room > 0)


async def _named(visit: Visit, name: str) -> Session:
    return await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))


PAGES = (show, now, start, stop, restart, log_out, delete, to_another, rename, export)
