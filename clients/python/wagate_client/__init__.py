"""A client of wagate, a WhatsApp gateway: `Wagate`, or `AsyncWagate` on asyncio."""

from wagate_client.asynchronous import AsyncWagate
from wagate_client.generated import codes as errors
from wagate_client.generated import models
from wagate_client.problems import GatewayUnreachable, WagateError
from wagate_client.retrying import Retries
from wagate_client.synchronous import Wagate
from wagate_client.webhooks import Webhook, WebhookVerificationError

__all__ = [
    "AsyncWagate",
    "GatewayUnreachable",
    "Retries",
    "Wagate",
    "WagateError",
    "Webhook",
    "WebhookVerificationError",
    "errors",
    "models",
]
