"""What became of events at a webhook, and how they are delivered once more."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath

from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import services
from functions.webhooks.bodies import ReplayBody
from functions.webhooks.keeping import found
from functions.webhooks.repeating import redeliver, replay
from functions.webhooks.schemas import DeliveriesAnswer, RedeliveryAnswer, ReplayAnswer
from functions.webhooks.shown import delivery_shown, names_of
from shared.contracts.subjects import NO_SESSION
from shared.errors import BadRequest, BusUnavailable, DeliveryNotFound, EventsGone, WebhookNotFound
from shared.webhooks.model import DeliveryState

_MOST, _DEFAULT = 200, 50
_AFTER = re.compile(r"evt_[0-9a-hjkmnp-tv-z]{26}")


@route(
    "GET",
    "/api/webhooks/{webhook_id:str}/deliveries",
    scope=Scope.WEBHOOKS,
    answers={200: DeliveriesAnswer},
    parameters=(
        Parameter(
            "status",
            "query",
            "Only those: `pending` are tried again, `skipped` were not sent as the owner wanted.",
            {"type": "string", "enum": [state.value for state in DeliveryState]},
        ),
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "pattern": f"^{_AFTER.pattern}$"}
        ),
        Parameter(
            "limit",
            "query",
            f"How many, at most {_MOST}; {_DEFAULT} by default.",
            {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _DEFAULT},
        ),
    ),
    errors=(WebhookNotFound,),
)
async def list_deliveries(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """List what became of events at a webhook, of the last seven days, the newest event first."""
    state, after = _state(request), one_of_query(request, "after")
    if after is not None and not _AFTER.fullmatch(after):
        raise BadRequest("'after' has to be the 'next' of an earlier page.", field="after")
    limit = whole_of_query(request, "limit", most=_MOST, default=_DEFAULT)
    serving, key = services(request), tenant(request)
    webhook = await found(serving, key, webhook_id)
    page = await serving.deliveries.page(webhook.id, state=state, after=after, limit=limit)
    names = await names_of(serving, key) if page.deliveries else {}
    seen = [each for each in page.deliveries if not key.limits.sessions or each.session_uid in {NO_SESSION, *names}]
    shown = [delivery_shown(delivery, names) for delivery in seen]
    return answer(DeliveriesAnswer(deliveries=shown, next=page.next))


@route(
    "POST",
    "/api/webhooks/{webhook_id:str}/deliveries/{event_id:str}/redeliver",
    scope=Scope.WEBHOOKS,
    answers={200: RedeliveryAnswer},
    errors=(WebhookNotFound, DeliveryNotFound, EventsGone, BusUnavailable),
)
async def redeliver_event(request: HttpRequest, webhook_id: FromPath[str], event_id: FromPath[str]) -> Response[bytes]:
    """Deliver an event once more, with the same id, whatever became of it. A disabled webhook gets it once enabled."""
    serving, key = services(request), tenant(request)
    delivery = await redeliver(serving, key, webhook_id, event_id)
    return answer(RedeliveryAnswer(delivery=delivery_shown(delivery, await names_of(serving, key))))


@route(
    "POST",
    "/api/webhooks/{webhook_id:str}/replay",
    scope=Scope.WEBHOOKS,
    body=ReplayBody,
    answers={200: ReplayAnswer},
    errors=(WebhookNotFound, EventsGone, BusUnavailable),
    chats="checked",
)
async def replay_events(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Deliver what is in the log once more, or what was missed of it: how many events that is.

    They come one after the other, beside what happens now, with the ids that they had.
    """
    body = await read(request, ReplayBody)
    counted = await replay(services(request), tenant(request), webhook_id, body)
    return answer(ReplayAnswer(count=counted.count, complete=counted.complete, replay_id=counted.replay_id))


def _state(request: HttpRequest) -> DeliveryState | None:
    text = one_of_query(request, "status")
    if text is None:
        return None
    if text not in set(DeliveryState):
        raise BadRequest(f"'status' is one of {', '.join(DeliveryState)}.", field="status")
    return DeliveryState(text)
