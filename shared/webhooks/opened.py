"""What a request to a webhook carries, with its secrets opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from shared.sealing.sealer import Sealer
from shared.version import VERSION
from shared.webhooks.model import Webhook
from shared.webhooks.signing import headers_of

_OURS = {"content-type": "application/json", "user-agent": f"wagate/{VERSION}"}


@dataclass(frozen=True, slots=True)
class Opened:
    """The headers and the secrets of a webhook."""

    headers: Mapping[str, str] = field(repr=False)
    secrets: Sequence[tuple[str, int | None]] = field(repr=False)
    """Each with its end; the newest first."""

    def headers_of(self, event_id: str, body: bytes, now: int) -> dict[str, str]:
        """All headers of a request: its own, and those that prove where it comes from."""
        secrets = [secret for secret, until in self.secrets if until is None or until > now]
        return {**self.headers, **headers_of(event_id, body, secrets, now)}


def opened(webhook: Webhook, sealer: Sealer) -> Opened:
    """The webhook's. Raises SecretUnreadable and SecretsKeyMissing."""
    own: dict[str, str] = orjson.loads(sealer.open(webhook.headers, webhook.about)) if webhook.headers else {}
    secrets = [(sealer.open(each.sealed, webhook.about).decode(), each.until) for each in webhook.secrets]
    return Opened({**own, **_OURS}, secrets)
