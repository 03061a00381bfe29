"""Signatures, as receivers check them."""

import hmac
import time
from base64 import b64encode
from hashlib import sha256

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shared.webhooks.signing import headers_of

NEW, OLD = (f"whsec_{b64encode(bytes([each]) * 24).decode()}" for each in (1, 2))
BODY = '{"id":"evt_1","data":{"message":"Selamat pagi ☀"}}'.encode()


def test_a_receiver_with_either_secret_knows_it_again() -> None:
    """While a secret is changed each of the two signs; who has neither, or another body, refuses it."""
    headers = headers_of("evt_1", BODY, [NEW, OLD], round(time.time() * 1000))
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(BODY, headers)["id"] == "evt_1"
    for secret, body in ((f"whsec_{b64encode(b'x' * 24).decode()}", BODY), (NEW, BODY + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def test_the_other_header_is_signed_with_the_newest_secret_as_it_was_shown() -> None:
    """`X-Hub-Signature-256`: HMAC-SHA256 of the body, with the whole text of the secret as the key."""
    headers = headers_of("evt_1", BODY, [NEW, OLD], 1_795_953_600_999)
    assert headers["x-hub-signature-256"] == f"sha256={hmac.new(NEW.encode(), BODY, sha256).hexdigest()}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("evt_1", "1795953600")
