"""The catalogue of events: when each comes, what it looks like, and sending one to a webhook of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson
from litestar import Response
from litestar.params import FromPath

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.guards import Scope
from functions.http.bodies import validate
from functions.webhooks.bodies import TestBody
from functions.webhooks.trying import example_of, send_test
from shared.events.declaring import catalogue
from shared.ids import event_id, now_ms
from shared.tenants.model import ApiKey

_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """One of them."""

    type: str
    when: str
    example: str
    """What a webhook gets."""


@page("GET", "/console/events", scope=Scope.WEBHOOKS)
async def show_all(visit: Visit) -> Response[bytes]:
    """All of them by their families, or those that have the words."""
    words = visit.query.one("q")[:_LONGEST].casefold().split()
    families: dict[str, list[Kind]] = {}
    for declared in catalogue().values():
        if all(word in f"{declared.type} {declared.when}".casefold() for word in words):
            kind = Kind(declared.type, declared.when, _example(visit.tenant, declared.type))
            families.setdefault(declared.type.partition(".")[0], []).append(kind)
    webhooks = sorted(await visit.serving.webhooks.of_key(visit.tenant.id), key=lambda each: each.url)
    return visit.page(
        "_events.html" if visit.by_htmx else "events.html",
        families=families,
        webhooks=webhooks,
        search=" ".join(words),
        wanted=visit.query.one("webhook"),
    )


@page("POST", "/console/events/{kind:str}/send", scope=Scope.WEBHOOKS)
async def send(visit: Visit, kind: FromPath[str]) -> Response[bytes]:
    """Send the example to a webhook, and say what it answered."""
    form = await visit.form()
    body = validate(TestBody, {"type": kind})
    told = await send_test(visit.serving, visit.tenant, form.one("webhook"), body.type)
    return visit.page("_tested.html", told=told)


def _example(key: ApiKey, kind: str) -> str:
    now = now_ms()
    body = orjson.loads(example_of(event_id(now, f"example {kind}"), kind, now, key.id))
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


PAGES = (show_all, send)
