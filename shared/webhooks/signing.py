"""How a delivery proves where it comes from: by Standard Webhooks, and by the header that receivers of Meta's know."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import lru_cache

_KEYS = 1024


def headers_of(event_id: str, body: bytes, secrets: Sequence[str], at: int) -> dict[str, str]:
    """The headers of a delivery.

    Args:
        event_id: the same for every attempt: who gets it twice knows it by that.
        body: JSON, as it is sent.
        secrets: `whsec_…`, the newest first. Each signs, so that a receiver may have either while they are changed.
        at: when it is sent, in milliseconds since 1970.
    """
    moment = at // 1000
    headers = {"webhook-id": event_id, "webhook-timestamp": str(moment)}
    if secrets:
        signed = f"{event_id}.{moment}.".encode() + body
        headers["webhook-signature"] = " ".join([_signature(_key(secret), signed) for secret in secrets])
        headers["x-hub-signature-256"] = f"sha256={hmac.digest(secrets[0].encode(), body, 'sha256').hex()}"
    return headers


def _signature(key: bytes, signed: bytes) -> str:
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


@lru_cache(_KEYS)
def _key(secret: str) -> bytes:
    return b64decode(secret.removeprefix("whsec_") + "==")  # more padding than there has to be is skipped
