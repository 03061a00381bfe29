"""What stands before the stores: clients of AWS take its answers for AWS's own."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from tests.chaos.aws_front import AwsFront, Service, aws_front

_ONCE = AioConfig(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@asynccontextmanager
async def client_through(service: Service, endpoint: str) -> AsyncGenerator[tuple[AwsFront, Any]]:
    """A front before an emulator, and a client behind it that tries once."""
    async with (
        aws_front(endpoint, random.Random(1)) as front,  # noqa: S311 - to be the same again
        get_session().create_client(
            service,
            region_name="eu-central-1",
            endpoint_url=f"http://127.0.0.1:{front.port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - emulators take any
            config=_ONCE,
        ) as client,
    ):
        yield front, client


async def test_a_share_of_requests_is_throttled(moto_endpoint: str) -> None:
    """The client reads DynamoDB's own error, for about the share that was asked for, and none after `heal`."""
    async with client_through("dynamodb", moto_endpoint) as (front, dynamodb):
        front.throttled = 0.5
        refused: list[str] = []
        for _ in range(40):
            try:
                await dynamodb.list_tables()
            except ClientError as error:
                refused.append(error.response["Error"]["Code"])
        assert set(refused) == {"ProvisionedThroughputExceededException"}
        assert 10 < len(refused) == front.seen["throttled"] < 30
        front.heal()
        await dynamodb.list_tables()


async def test_what_is_away_is_not_reached(moto_endpoint: str) -> None:
    """A service that is away breaks connections; the other one works."""
    async with client_through("s3", moto_endpoint) as (front, s3):
        front.away.add("dynamodb")
        await s3.list_buckets()
        front.away.add("s3")
        with pytest.raises(BotoCoreError):
            await s3.list_buckets()


async def test_a_lost_answer_is_one_of_something_done(moto_endpoint: str) -> None:
    """An object whose answer was lost is in the bucket, byte for byte."""
    body = random.Random(2).randbytes(300_000)  # noqa: S311 - any bytes
    async with client_through("s3", moto_endpoint) as (front, s3):
        await s3.create_bucket(Bucket="front", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        front.unanswered = 1.0
        with pytest.raises(BotoCoreError):
            await s3.put_object(Bucket="front", Key="a b/c?d", Body=body)
        front.heal()
        found = await s3.get_object(Bucket="front", Key="a b/c?d")
        assert await found["Body"].read() == body
