"""The playground: every route of the API, with fields to fill in, the code that calls it, and its answer."""

from __future__ import annotations

import asyncio
import json
from typing import Final

from litestar import Response
from litestar.params import FromPath

from functions.console.front.forms import Fields
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.playground.arriving import arriving
from functions.console.playground.asking import ask
from functions.console.playground.calls import call_of
from functions.console.playground.code import code_of
from functions.console.playground.operations import Operation, operations
from functions.guards import Scope
from shared.errors import AdminKeyMissing, BadRequest, KeyMissing, NotFound
from shared.ids import DEFAULT_SESSION

_FIRST: Final = "send_message"
_LONGEST: Final = 60


@page("GET", "/console/playground", opens="any")
async def show_all(visit: Visit) -> Response[bytes]:
    """Every route, or those that have the words; and the first one."""
    if visit.by_htmx:
        return visit.page("_routes.html", routes=await _found(visit), here="")
    return await _page(visit, _FIRST)


@page("GET", "/console/playground/{operation:str}", opens="any")
async def show(visit: Visit, operation: FromPath[str]) -> Response[bytes]:
    """One route."""
    return await _page(visit, operation)


@page("POST", "/console/playground/{operation:str}/code", opens="any")
async def code(visit: Visit, operation: FromPath[str]) -> Response[bytes]:
    """The code for what the fields say."""
    form = await visit.form()
    call = call_of(await _named(operation), form)
    return visit.page("_code_samples.html", code=code_of(call, visit.origin))


@page("POST", "/console/playground/{operation:str}/send", opens="any")
async def send(visit: Visit, operation: FromPath[str]) -> Response[bytes]:
    """Make the call, and show the answer: the API's, whatever it is."""
    found = await _named(operation)
    async with arriving(visit) as (form, files):
        if found.admin and not visit.is_admin:
            raise AdminKeyMissing("The admin key opens this: log in with it as well.")
        if visit.key is None and not found.admin and not found.open:
            raise KeyMissing("An API key opens this: log in with one as well.")
        if files is None and found.takes_file and found.body is None:
            raise BadRequest("Choose a file.", field="file")
        call = call_of(found, form)
        return visit.page(
            "_answered.html", call=call, answered=await ask(visit, call, files if found.takes_file else None)
        )


async def _page(visit: Visit, name: str) -> Response[bytes]:
    operation = await _named(name)
    names = (
        sorted((each.name for each in await visit.serving.session_rows.all(visit.key)), key=str.casefold)
        if visit.key is not None and visit.may(Scope.SESSIONS_READ)
        else []
    )
    asked = visit.query.one("session")
    session = asked if asked in names else next(iter(names), DEFAULT_SESSION)
    body = None if operation.body is None else dict(operation.body)
    if body is not None and body.pop("sessionId", None) and names:
        body = {"sessionId": session, **body}
    values = {each.word: session if each.name in {"sessionId", "name"} else "" for each in operation.fields}
    text = "" if body is None else json.dumps(body, indent=2, ensure_ascii=False)
    examples = {each.word: values[each.word] or each.name for each in operation.fields if each.place == "path"}
    call = call_of(operation, Fields([*(values | examples).items(), ("body", text)]))
    return visit.page(
        "playground.html",
        routes=await _found(visit),
        here=operation.id,
        operation=operation,
        values=values,
        body=text,
        names=names,
        session=session,
        code=code_of(call, visit.origin),
        runs=visit.is_admin if operation.admin else operation.open or bool(visit.key),
    )


async def _found(visit: Visit) -> dict[str, list[Operation]]:
    """Those that somebody looks for, by their family."""
    words = visit.query.one("q")[:_LONGEST].casefold().split()
    found: dict[str, list[Operation]] = {}
    for each in (await asyncio.to_thread(operations)).values():
        if each.admin and not visit.is_admin:
            continue
        if all(word in f"{each.method} {each.path} {each.summary}".casefold() for word in words):
            found.setdefault(each.tag, []).append(each)
    return found


async def _named(name: str) -> Operation:
    found = (await asyncio.to_thread(operations)).get(name)
    if found is None:
        raise NotFound
    return found


PAGES = (show_all, show, code, send)
