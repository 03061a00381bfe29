"""`python localstack/init.py`: make in an emulated AWS what `template.yaml` makes in a real one. May be repeated.

Tables, the bucket, and the secret that the Lambda function reads. It is told where by the same settings as everything
else: WAGATE_AWS_ENDPOINT_URL, WAGATE_TABLE_PREFIX, WAGATE_BUCKET; what is in the secret by WAGATE_ADMIN_KEY and
WAGATE_NATS_TOKEN.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws import aws_client
from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings

SECRET = "wagate"  # noqa: S105 - its name
_HELD = ("WAGATE_ADMIN_KEY", "WAGATE_NATS_TOKEN")
_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "ResourceExistsException"}
_TRIES, _PAUSE = 60, 1.0


async def prepare(settings: StoreSettings) -> None:
    """Make what is missing. Raises what the emulator answers."""
    async with (
        aws_client("dynamodb", settings) as dynamodb,
        aws_client("s3", settings) as s3,
        aws_client("secretsmanager", settings) as secrets,
    ):
        await create_tables(dynamodb, settings.table_prefix)
        place = {"LocationConstraint": settings.aws_region}
        await _unless_there(s3.create_bucket(Bucket=settings.bucket, CreateBucketConfiguration=place))
        await s3.put_bucket_versioning(Bucket=settings.bucket, VersioningConfiguration={"Status": "Enabled"})
        held = json.dumps({name: os.environ[name] for name in _HELD if name in os.environ})
        await _unless_there(secrets.create_secret(Name=SECRET, SecretString=held))
        await secrets.put_secret_value(SecretId=SECRET, SecretString=held)


async def _unless_there(making: Any) -> None:  # noqa: ANN401 - a call of aiobotocore
    try:
        await making
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise


async def main() -> None:
    """Wait for the emulator, then make everything; exits with 1 and a sentence when it does not come."""
    settings = StoreSettings()
    if settings.aws_endpoint_url is None:
        sys.exit("This is for an emulator: name it with WAGATE_AWS_ENDPOINT_URL. For AWS itself: infra/README.md.")
    for left in reversed(range(_TRIES)):
        try:
            await prepare(settings)
        except (BotoCoreError, ClientError) as error:
            if not left:
                sys.exit(f"{settings.aws_endpoint_url} does not do what is needed: {error}")
            await asyncio.sleep(_PAUSE)
        else:
            sys.stdout.write(f"ready: tables {settings.table_prefix}*, bucket {settings.bucket}, secret {SECRET}\n")
            return


if __name__ == "__main__":
    asyncio.run(main())
