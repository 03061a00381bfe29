"""What the function finds in AWS: tables, a secret; and NATS beside them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.adapters.stores import Stores, open_stores
from shared.settings import StoreSettings
from tests.chaos.emulated import emulated
from tests.chaos.field import empty_stores
from tests.functions.aws_lambda.emulated import Function

ADMIN = "an-admin-key-of-the-lambda-tests"
SEND = {"number": "628123456789", "message": "hello"}


@dataclass
class Cloud:
    """What the function finds in AWS."""

    settings: StoreSettings
    stores: Stores
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "WAGATE_STORE": "dynamodb",
            "WAGATE_AWS_ENDPOINT_URL": str(self.settings.aws_endpoint_url),
            "WAGATE_TABLE_PREFIX": self.settings.table_prefix,
            "WAGATE_BUCKET": self.settings.bucket,
            "WAGATE_NATS_URL": self.settings.nats_url,
            "WAGATE_SECRETS": self.secret,
            "WAGATE_SEND_OWNER_WITHIN": "20",  # a host that is there is found, however busy the machine is
        }


@asynccontextmanager
async def cloud(endpoint: str, nats_url: str, **held: str) -> AsyncIterator[Cloud]:
    """With a secret that holds the admin key, and these settings."""
    settings = (await empty_stores(endpoint)).model_copy(update={"nats_url": nats_url})
    async with emulated("secretsmanager", settings) as secrets:
        secret = json.dumps({"WAGATE_ADMIN_KEY": ADMIN, **held})
        made = await secrets.create_secret(Name=settings.bucket, SecretString=secret)
    async with open_stores(settings) as stores:
        yield Cloud(settings, stores, made["ARN"])


async def new_key(function: Function) -> dict[str, str]:
    """Headers with an API key, which the admin key of the secret has made."""
    made = await asyncio.to_thread(
        function.request,
        "POST",
        "/api/admin/apikeys/generate",
        json_body={"name": "test"},
        headers={"X-Admin-Key": ADMIN},
    )
    assert made.status == 200, made.returned
    return {"X-API-Key": made.json()["apiKey"]}
