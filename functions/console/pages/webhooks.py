"""Webhooks: which addresses are told of events, what became of each, and sending it once more."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.marked import _
from functions.events.asked import TYPES
from functions.guards import Scope
from functions.http.bodies import validate
from functions.webhooks import keeping
from functions.webhooks.bodies import ChangeWebhookBody, ReplayBody, TestBody, WebhookBody
from functions.webhooks.enabling import enable
from functions.webhooks.repeating import redeliver, replay
from functions.webhooks.shown import all_shown, delivery_shown, names_of, shown, shown_with_secret
from functions.webhooks.trying import send_test
from shared.errors import BadRequest
from shared.events.declaring import catalogue
from shared.ids import now_ms
from shared.webhooks.model import DeliveryState

_PER_PAGE: Final = 50
_HOUR_MS: Final = 3_600_000
HOURS: Final = {
    "": _("since ever"),
    "1": _("of the last hour"),
    "24": _("of the last day"),
    "168": _("of the last week"),
}
"""From when on, in words."""


@page("GET", "/console/webhooks", scope=Scope.WEBHOOKS)
async def show_all(visit: Visit) -> Response[bytes]:
    """All of the key."""
    webhooks = await all_shown(visit.serving, visit.tenant)
    names = sorted((await names_of(visit.serving, visit.tenant)).values(), key=str.casefold)
    return visit.page("webhooks.html", webhooks=webhooks, names=names, types=TYPES)


@page("POST", "/console/make-webhook", scope=Scope.WEBHOOKS)
async def make(visit: Visit) -> Response[bytes]:
    """Make one, and show its secret, this once."""
    form = await visit.form()
    asked: dict[str, Any] = {"url": form.one("url"), "events": form.every("event") or ["*"]}
    if name := form.one("session"):
        asked["sessionId"] = name
    webhook, secret = await keeping.make(visit.serving, visit.tenant, validate(WebhookBody, asked))
    made = await shown_with_secret(visit.serving, visit.tenant, webhook, secret)
    return visit.page("webhook_made.html", made=made)


@page("GET", "/console/webhooks/{webhook_id:str}", scope=Scope.WEBHOOKS)
async def show(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """One, and the part of the page that changes."""
    webhook = await keeping.found(visit.serving, visit.tenant, webhook_id)
    wanted = visit.query.one("status")
    state = DeliveryState(wanted) if wanted in set(DeliveryState) else None
    after = visit.query.one("after") or None
    found = await visit.serving.deliveries.page(webhook.id, state=state, after=after, limit=_PER_PAGE)
    names = await names_of(visit.serving, visit.tenant)
    return visit.page(
        "_deliveries.html" if visit.by_htmx else "webhook.html",
        webhook=await shown(visit.serving, visit.tenant, webhook),
        deliveries=[delivery_shown(delivery, names) for delivery in found.deliveries],
        wanted=wanted if state is not None else "",
        after=after,
        kinds=list(catalogue()),
        hours=HOURS,
        next=found.next,
    )


@page("POST", "/console/webhooks/{webhook_id:str}/test", scope=Scope.WEBHOOKS)
async def test(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Send the example of an event, and say what was answered."""
    form = await visit.form()
    body = validate(TestBody, {"type": form.one("type")} if form.one("type") else {})
    told = await send_test(visit.serving, visit.tenant, webhook_id, body.type)
    return visit.page("_tested.html", told=told)


@page("POST", "/console/webhooks/{webhook_id:str}/redeliver", scope=Scope.WEBHOOKS)
async def once_more(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Deliver an event once more."""
    form = await visit.form()
    await redeliver(visit.serving, visit.tenant, webhook_id, form.one("event"))
    return visit.page("done.html", words=_("The event is delivered once more, now."), more="")


@page("POST", "/console/webhooks/{webhook_id:str}/missed", scope=Scope.WEBHOOKS)
async def missed(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Count what was missed, or all of a time; and send it, once somebody has seen the count."""
    form = await visit.form()
    sends = form.one("do") == "send"
    hours, every = form.one("hours"), form.has("every")
    asked: dict[str, Any] = {"missedOnly": not every, "dryRun": not sends}
    if hours in HOURS and hours:
        asked["since"] = now_ms() - int(hours) * _HOUR_MS
    counted = await replay(visit.serving, visit.tenant, webhook_id, validate(ReplayBody, asked))
    about: dict[str, Any] = {"counted": counted, "sends": sends, "hours": hours, "every": every}
    return visit.page("_missed.html", webhook_id=webhook_id, **about)


@page("POST", "/console/webhooks/{webhook_id:str}/enable", scope=Scope.WEBHOOKS)
async def turn_on(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Tell it of events again, with or without what it missed."""
    form = await visit.form()
    await enable(visit.serving, visit.tenant, webhook_id, send_missed=form.one("missed") == "yes")
    return visit.go_to(f"/console/webhooks/{webhook_id}")


@page("POST", "/console/webhooks/{webhook_id:str}/disable", scope=Scope.WEBHOOKS)
async def turn_off(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Tell it nothing for now."""
    await visit.form()
    await keeping.change(visit.serving, visit.tenant, webhook_id, validate(ChangeWebhookBody, {"enabled": False}))
    return visit.go_to(f"/console/webhooks/{webhook_id}")


@page("POST", "/console/webhooks/{webhook_id:str}/delete", scope=Scope.WEBHOOKS)
async def remove(visit: Visit, webhook_id: FromPath[str]) -> Response[bytes]:
    """Remove it, once its host was typed."""
    form = await visit.form()
    webhook = await keeping.found(visit.serving, visit.tenant, webhook_id)
    if form.one("typed") != webhook.id:
        raise BadRequest("Type the webhook's id to delete it.", field="typed")
    await keeping.remove(visit.serving, visit.tenant, webhook_id)
    return visit.go_to("/console/webhooks")


PAGES = (show_all, make, show, test, once_more, missed, turn_on, turn_off, remove)
