"""Faults of DynamoDB and S3."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from typing_extensions import override

from tests.chaos.emulated import emulated
from tests.chaos.faults.fault import TAKEN_WITHIN, Fault
from tests.chaos.field import Field


class ThrottleStore(Fault):
    """DynamoDB refuses half of all requests as too many."""

    name = "throttle_store"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for machine in on.machines:
            machine.ways.front.throttled = 0.5
        await asyncio.sleep(chance.uniform(5, 15))
        on.heal()


class LoseAnswers(Fault):
    """A fifth of what the stores do is done, and its answer is lost."""

    name = "lose_answers"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for machine in on.machines:
            machine.ways.front.unanswered = 0.2
        await asyncio.sleep(chance.uniform(5, 15))
        on.heal()


class StoreAway(Fault):
    """DynamoDB is away, shorter than a lease lasts."""

    name = "store_away"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for machine in on.machines:
            machine.ways.front.away.add("dynamodb")
        await asyncio.sleep(chance.uniform(2, 5))
        on.heal()


class StoreSilent(Fault):
    """The busiest host and its stores hear nothing of each other, longer than its lease lasts."""

    name = "store_silent"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        ways.aws.silence()
        await asyncio.sleep(20)
        ways.heal()


class BucketAway(Fault):
    """S3 is away."""

    name = "bucket_away"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for machine in on.machines:
            machine.ways.front.away.add("s3")
        await asyncio.sleep(chance.uniform(5, 20))
        on.heal()


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
