"""Events that a webhook brings: verify that they are of your gateway before you read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import standardwebhooks
from standardwebhooks import WebhookVerificationError

from wagate_client.generated.models import EventSchema

__all__ = ["Webhook", "WebhookVerificationError"]


class Webhook:
    """A webhook of yours, by the secret that it was made with (`whsec_…`)."""

    def __init__(self, secret: str) -> None:
        """The secret is in the answer of `create_webhook` and `rotate_webhook_secret`, and nowhere else."""
        self._webhook = standardwebhooks.Webhook(secret)

    def verify(self, body: bytes | str, headers: Mapping[str, str]) -> EventSchema:
        """The event that a request brought.

        The same event may come twice, always under the same `id`: remember those that you have dealt with.

        Args:
            body: as it came, byte by byte.
            headers: of the request, however they are written.

        Raises:
            WebhookVerificationError: it is not of this webhook, or older than five minutes: answer 401.
        """
        lower = {name.lower(): value for name, value in headers.items()}
        return cast("EventSchema", self._webhook.verify(body, lower))
