"""The sink of a webhook: an event is the body of a POST, signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from session_host.deliveries.clock import Clock
from session_host.deliveries.sink import Outcome, Parcel
from shared.outside.posting import NotPosted, Poster
from shared.sealing.sealer import Sealer
from shared.webhooks.model import Webhook
from shared.webhooks.opened import opened
from shared.webhooks.schedule import Verdict, judged

AT_ONCE = 8

Payload = Callable[[bytes], bytes]
FORMATS: Mapping[str, Payload] = {"wagate": lambda body: body}
"""What a format makes of an event as `shared.events.telling` tells it."""


class WebhookSink:
    """`session_host.deliveries.sink.Sink`."""

    at_once = AT_ONCE

    def __init__(self, webhook: Webhook, sealer: Sealer, poster: Poster, clock: Clock) -> None:
        """Raises SecretUnreadable and SecretsKeyMissing."""
        self._url, self._key_id = webhook.url, webhook.key_id
        self._payload = FORMATS[webhook.format]
        self._opened = opened(webhook, sealer)
        self._poster = poster
        self._clock = clock

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Post it."""
        now, body = self._clock.now(), self._payload(parcel.body)
        try:
            headers = self._opened.headers_of(parcel.event_id, body, now)
            answer = await self._poster.post(self._url, headers, body, whose=self._key_id)
        except NotPosted as error:
            return Outcome(Verdict.AGAIN, None, str(error))
        meaning = judged(answer.status, answer.headers, now)
        said = answer.head.decode("utf-8", "replace")
        return Outcome(meaning.verdict, answer.status, said, meaning.throttles, meaning.retry_after)
