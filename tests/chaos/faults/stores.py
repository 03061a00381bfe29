"""Faults of DynamoDB and S3."""

from __future__ import annotations

import asyncio
import random
from abc import abstractmethod
from typing import Any, ClassVar

from typing_extensions import override

from tests.chaos.aws_front import AwsFront
from tests.chaos.emulated import emulated
from tests.chaos.faults.fault import TAKEN_WITHIN, Fault
from tests.chaos.field import Field

_SHARD_ONLY = 0.5


class SpoiledFront(Fault):
    """What stands before the stores of every machine is spoiled for a while: between `seconds` of it."""

    seconds: ClassVar[tuple[float, float]]

    @abstractmethod
    def spoil(self, front: AwsFront) -> None:
        """Spoil one."""

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for machine in on.machines:
            self.spoil(machine.ways.front)
        await asyncio.sleep(chance.uniform(*self.seconds))
        on.heal()


class ThrottleStore(SpoiledFront):
    """DynamoDB refuses half of all requests as too many."""

    name = "throttle_store"
    seconds = (5, 15)

    @override
    def spoil(self, front: AwsFront) -> None:
        front.throttled = 0.5


class LoseAnswers(SpoiledFront):
    """A fifth of what the stores do is done, and its answer is lost."""

    name = "lose_answers"
    seconds = (5, 15)

    @override
    def spoil(self, front: AwsFront) -> None:
        front.unanswered = 0.2


class IndexLags(Fault):
    """What is written shows in DynamoDB's indexes up to 3 s later, while a host with sessions dies and comes back."""

    name = "index_lags"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        on.indexes.longest = 3.0
        await asyncio.sleep(chance.uniform(2, 4))
        host = await on.busiest()
        if chance.random() < _SHARD_ONLY:
            host.kill_shard()
        else:
            await host.kill()
            await asyncio.sleep(TAKEN_WITHIN)
            await host.start()
        await asyncio.sleep(chance.uniform(5, 10))
        on.heal()


class StoreAway(SpoiledFront):
    """DynamoDB is away, shorter than a lease lasts."""

    name = "store_away"
    seconds = (2, 5)

    @override
    def spoil(self, front: AwsFront) -> None:
        front.away.add("dynamodb")


class StoreSilent(Fault):
    """The busiest host and its stores hear nothing of each other, longer than its lease lasts."""

    name = "store_silent"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        ways.aws.silence()
        await asyncio.sleep(20)
        ways.heal()


class BucketAway(SpoiledFront):
    """S3 is away."""

    name = "bucket_away"
    seconds = (5, 20)

    @override
    def spoil(self, front: AwsFront) -> None:
        front.away.add("s3")


class SpoilSnapshots(Fault):
    """Every snapshot in the bucket has a wrong byte when a host is lost: its sessions need a new code, and say so."""

    name = "spoil_snapshots"
    keeps_sessions = False

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        await host.kill()
        await host.wipe()
        await self._spoil(on, chance)
        await asyncio.sleep(TAKEN_WITHIN)
        await host.start()

    async def _spoil(self, on: Field, chance: random.Random) -> None:
        async with emulated("s3", on.stores) as s3:
            for key in await _snapshots(s3, on):
                found = await s3.get_object(Bucket=on.stores.bucket, Key=key)
                body = bytearray(await found["Body"].read())
                body[chance.randrange(len(body))] ^= 1
                await s3.put_object(Bucket=on.stores.bucket, Key=key, Body=bytes(body))


class LoseSnapshots(SpoilSnapshots):
    """Likewise, and the snapshots are gone."""

    name = "lose_snapshots"

    @override
    async def _spoil(self, on: Field, chance: random.Random) -> None:
        async with emulated("s3", on.stores) as s3:
            for key in await _snapshots(s3, on):
                await s3.delete_object(Bucket=on.stores.bucket, Key=key)


async def _snapshots(s3: Any, on: Field) -> list[str]:
    """Keys of what is too large for a manifest."""
    listed = await s3.list_objects_v2(Bucket=on.stores.bucket, Prefix="auth/")
    return [item["Key"] for item in listed.get("Contents", []) if item["Size"] > 4096]
