"""How a delivery proves where it comes from: by Standard Webhooks, and by the header that receivers of Meta's know."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from standardwebhooks import Webhook

_SIGNERS = 1024


def headers_of(event_id: str, body: bytes, secrets: Sequence[str], at: int) -> dict[str, str]:
    """The headers of a delivery.

    Args:
        event_id: the same for every attempt: who gets it twice knows it by that.
        body: JSON, as it is sent.
        secrets: `whsec_…`, the newest first. Each signs, so that a receiver may have either while they are changed.
        at: when it is sent, in milliseconds since 1970.
    """
    moment, text = datetime.fromtimestamp(at / 1000, UTC), body.decode()
    headers = {"webhook-id": event_id, "webhook-timestamp": str(at // 1000)}
    if secrets:
        headers["webhook-signature"] = " ".join(_signer(secret).sign(event_id, moment, text) for secret in secrets)
        headers["x-hub-signature-256"] = f"sha256={hmac.new(secrets[0].encode(), body, sha256).hexdigest()}"
    return headers


@lru_cache(_SIGNERS)
def _signer(secret: str) -> Webhook:
    return Webhook(secret)
