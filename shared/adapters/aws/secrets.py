"""Settings that are kept in AWS Secrets Manager."""

from __future__ import annotations

import json

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws.calls import unavailable
from shared.adapters.aws.client import aws_client
from shared.errors import StoreUnavailable
from shared.settings import StoreSettings


async def read_secret(secret: str, settings: StoreSettings) -> dict[str, str]:
    """The fields of a secret that is a JSON object of texts.

    Raises:
        StoreUnavailable: it cannot be read, or is none. What it holds is never told.
    """
    try:
        async with aws_client("secretsmanager", settings) as client:
            answer = await client.get_secret_value(SecretId=secret)
    except (BotoCoreError, ClientError) as error:
        raise unavailable(error, "Secrets Manager") from error
    try:
        fields = json.loads(answer["SecretString"])
        return {str(name): str(value) for name, value in fields.items()}
    except (KeyError, ValueError, AttributeError):
        raise StoreUnavailable(f"The secret {secret} is no JSON object of settings.") from None
