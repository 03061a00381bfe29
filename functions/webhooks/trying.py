"""A test event: the example of a kind, sent to a webhook's address at once, whatever state the webhook is in."""

from __future__ import annotations

import secrets

import orjson

from functions.services import Services
from functions.webhooks.keeping import found
from functions.webhooks.schemas import TestAnswer
from functions.webhooks.shown import attempt_shown, names_of
from shared.contracts.subjects import NO_SESSION
from shared.events.cursor import Cursor, written
from shared.events.declaring import catalogue
from shared.events.telling import outer
from shared.ids import DEFAULT_SESSION, event_id, now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.model import ANSWER_SHOWN, Attempt, Delivery, DeliveryState, Webhook
from shared.webhooks.opened import opened

_OK = range(200, 300)
_TOGETHER = {"webhook-test": "true"}


async def send_test(serving: Services, key: ApiKey, webhook_id: str, event_type: str) -> TestAnswer:
    """What its test address, or else its address, answered to the example of such an event. It is not tried again.

    Raises:
        WebhookNotFound: see there.
        SecretUnreadable, SecretsKeyMissing: its secret cannot be read.
    """
    webhook = await found(serving, key, webhook_id)
    now = now_ms()
    identity = event_id(now, f"test {secrets.token_hex(16)}")
    names = {} if webhook.session_uid is None else await names_of(serving, key)
    body = example_of(identity, event_type, now, key.id, names.get(webhook.session_uid or "", DEFAULT_SESSION))
    url = webhook.test_url or webhook.url
    headers = opened(webhook, serving.sealer).headers_of(identity, body, now) | _TOGETHER
    attempt = await _post(serving, url, headers, body, now)
    delivered = attempt.status in _OK
    await serving.deliveries.put([_row(webhook, identity, event_type, attempt, delivered=delivered)])
    return TestAnswer(event_id=identity, url=url, delivered=delivered, attempt=attempt_shown(attempt))


def example_of(identity: str, event_type: str, now: int, key_id: str, session: str = DEFAULT_SESSION) -> bytes:
    """The body of a test event of this kind."""
    declared = catalogue()[event_type]
    plain = outer(identity, declared.of(declared.example), now, session, {}, written(Cursor(0, 0, 0), key_id))
    return orjson.dumps({**orjson.loads(plain), "test": True})


async def _post(serving: Services, url: str, headers: dict[str, str], body: bytes, now: int) -> Attempt:
    from shared.outside.posting import NotPosted, Poster  # noqa: PLC0415 - its client is needed for nothing else here
    from shared.outside.resolving import system_resolve  # noqa: PLC0415 - with it

    poster = Poster(serving.allowed, system_resolve)  # its threads are all that this process has for names
    try:
        posted = await poster.post(url, headers, body)
    except NotPosted as error:
        return Attempt(now, now_ms() - now, None, str(error))
    finally:
        await poster.close()
    return Attempt(now, posted.took, posted.status, posted.head.decode("utf-8", "replace")[:ANSWER_SHOWN])


def _row(webhook: Webhook, identity: str, event_type: str, attempt: Attempt, *, delivered: bool) -> Delivery:
    return Delivery(
        subscription_id=webhook.id,
        event_id=identity,
        session_uid=webhook.session_uid or NO_SESSION,
        type=event_type,
        log=0,
        position=0,
        state=DeliveryState.DELIVERED if delivered else DeliveryState.GIVEN_UP,
        first_at=attempt.at,
        attempts=1,
        tries=(attempt,),
        test=True,
        waited=not delivered,
    )
