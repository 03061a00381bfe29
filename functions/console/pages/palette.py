"""One field that leads everywhere (⌘K): pages, sessions, webhooks, keys and routes by their names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from litestar import Response

from functions.console.front.language import words
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.playground.operations import operations
from functions.console.words.marked import _
from functions.guards import Scope
from functions.reference.files import has_site
from shared.ids import is_message_id

_MOST: Final = 12
_LONGEST: Final = 60
_ENOUGH: Final = 3
"""Letters with which routes are looked for, too."""
_PAGES: Final = (
    ("/console/sessions", _("Sessions"), Scope.SESSIONS_READ),
    ("/console/chats", _("Chats"), Scope.MESSAGES_READ),
    ("/console/messages", _("Messages"), Scope.MESSAGES_READ),
    ("/console/webhooks", _("Webhooks"), Scope.WEBHOOKS),
    ("/console/events", _("Events"), Scope.WEBHOOKS),
    ("/console/usage", _("Usage"), Scope.SESSIONS_READ),
    ("/console/playground", _("Playground"), None),
    ("/console/keys", _("API keys"), "admin"),
    ("/console/audit", _("Audit log"), "admin"),
    ("/console/hosts", _("Hosts"), "admin"),
)
_DOCUMENTATION: Final = ("/docs/", _("Documentation"), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can go."""

    address: str
    name: str
    kind: str
    """Of the catalogues."""


@page("GET", "/console/go", opens="any")
async def find(visit: Visit) -> Response[bytes]:
    """Places whose names have the words, the nearest first."""
    asked = visit.query.one("q")[:_LONGEST].casefold()
    found: list[Place] = []
    async with aclosing(_places(visit, asked)) as places:
        async for place in places:
            if all(word in place.name.casefold() for word in asked.split()):
                found.append(place)
            if len(found) == _MOST:
                break
    return visit.page("_places.html", places=found)


async def _places(visit: Visit, asked: str) -> AsyncGenerator[Place]:
    """All of them; those that take long to find only for who types something."""
    say = words(visit.language).gettext
    for address, name, needs in (*_PAGES, *([_DOCUMENTATION] if has_site() else [])):
        if needs is None or (visit.is_admin if needs == "admin" else visit.may(Scope(needs))):
            yield Place(address, say(name), _("Page"))
    if asked:
        for place in await _own(visit, asked):
            yield place
    if len(asked) >= _ENOUGH:
        for operation in (await asyncio.to_thread(operations)).values():
            if visit.is_admin or not operation.admin:
                yield Place(f"/console/playground/{operation.id}", f"{operation.method} {operation.path}", _("Route"))


async def _own(visit: Visit, asked: str) -> list[Place]:
    """What belongs to the key, and the keys of whoever runs the gateway."""
    found: list[Place] = []
    if is_message_id(asked) and visit.may(Scope.MESSAGES_READ):
        found.append(Place(f"/console/messages/{asked}", asked, _("Message")))
    if visit.may(Scope.SESSIONS_READ):
        for session in await visit.serving.session_rows.all(visit.tenant):
            name = f"{session.name} {session.report.number or ''}".strip()
            found.append(Place(f"/console/sessions/{session.name}", name, _("Session")))
    if visit.may(Scope.WEBHOOKS):
        webhooks = await visit.serving.webhooks.of_key(visit.tenant.id)
        found += [Place(f"/console/webhooks/{each.id}", f"{each.url} {each.id}", _("Webhook")) for each in webhooks]
    if visit.is_admin:
        keys = await visit.serving.keys.all()
        found += [Place(f"/console/keys/{key.id}", f"{key.name} {key.id}", _("Key")) for key in keys]
    return found


PAGES = (find,)
