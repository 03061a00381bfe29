"""`python localstack/init.py [SERVICE...]`: make in an emulated AWS what `template.yaml` makes in a real one.

Tables (dynamodb), the bucket (s3), and the secret that the Lambda function reads (secretsmanager): all of it, or only
in the services that are named, for an emulator that serves no others. May be repeated. It is told where by the same
settings as everything else: WAGATE_AWS_ENDPOINT_URL, WAGATE_TABLE_PREFIX, WAGATE_BUCKET; what is in the secret by
WAGATE_ADMIN_KEY and WAGATE_NATS_TOKEN.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws.client import aws_client
from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings

SECRET = "wagate"  # noqa: S105 - its name
_HELD = ("WAGATE_ADMIN_KEY", "WAGATE_NATS_TOKEN")
_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "ResourceExistsException"}
_TRIES, _PAUSE = 60, 1.0


async def _tables(settings: StoreSettings) -> str:
    async with aws_client("dynamodb", settings) as dynamodb:
        await create_tables(dynamodb, settings.table_prefix)
    return f"tables {settings.table_prefix}*"


async def _bucket(settings: StoreSettings) -> str:
    place = {"LocationConstraint": settings.aws_region}
    async with aws_client("s3", settings) as s3:
        await _unless_there(s3.create_bucket(Bucket=settings.bucket, CreateBucketConfiguration=place))
        await s3.put_bucket_versioning(Bucket=settings.bucket, VersioningConfiguration={"Status": "Enabled"})
    return f"bucket {settings.bucket}"


async def _secret(settings: StoreSettings) -> str:
    held = json.dumps({name: os.environ[name] for name in _HELD if name in os.environ})
    async with aws_client("secretsmanager", settings) as secrets:
        await _unless_there(secrets.create_secret(Name=SECRET, SecretString=held))
        await secrets.put_secret_value(SecretId=SECRET, SecretString=held)
    return f"secret {SECRET}"


SERVICES = {"dynamodb": _tables, "s3": _bucket, "secretsmanager": _secret}
"""What makes what is missing in a service: says what is there now, raises what the emulator answers."""


async def _unless_there(making: Any) -> None:  # noqa: ANN401 - a call of aiobotocore
    try:
        await making
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise


async def main(services: list[str]) -> None:
    """Wait for the emulator, then make everything in `services`; exits with 1 and a sentence when that cannot be."""
    if unknown := [service for service in services if service not in SERVICES]:
        sys.exit(
            f"There is nothing to make in {', '.join(unknown)}; name some of {', '.join(SERVICES)}, or none for all."
        )
    settings = StoreSettings()
    if settings.aws_endpoint_url is None:
        sys.exit("This is for an emulator: name it with WAGATE_AWS_ENDPOINT_URL. For AWS itself: infra/README.md.")
    for left in reversed(range(_TRIES)):
        try:
            made = [await SERVICES[service](settings) for service in services]
        except (BotoCoreError, ClientError) as error:
            if not left:
                sys.exit(f"{settings.aws_endpoint_url} does not do what is needed: {error}")
            await asyncio.sleep(_PAUSE)
        else:
            sys.stdout.write(f"ready: {', '.join(made)}\n")
            return


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or list(SERVICES)))
