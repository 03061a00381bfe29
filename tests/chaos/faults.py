"""What is done to a field while it works. Each fault has a name, happens once, and leaves everything running again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import signal
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import psutil
from typing_extensions import override

from tests.chaos.customer import Send
from tests.chaos.emulated import emulated
from tests.chaos.field import Field
from tests.chaos.machine import Host

_TAKEN_WITHIN = 20.0
"""Seconds a host stays away, so that others have to take its sessions."""


class Fault(ABC):
    """One thing that goes wrong.

    Attributes:
        name: how it is asked for.
        keeps_sessions: whether every session is connected in the end without a new code.
    """

    name: ClassVar[str]
    keeps_sessions: ClassVar[bool] = True

    @abstractmethod
    async def happen(self, on: Field, chance: random.Random) -> None:
        """Do it, for as long as it lasts, and undo what can be undone."""


class KillShard(Fault):
    """Kill -9 of the shard that holds the sessions, mid-send."""

    name = "kill_shard"
    with_signal: ClassVar[signal.Signals] = signal.SIGKILL

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        (await on.busiest()).kill_shard(with_signal=self.with_signal)


class AbortShard(KillShard):
    """The Go library aborts (SIGABRT)."""

    name = "abort_shard"
    with_signal = signal.SIGABRT


class KillHost(Fault):
    """A host loses its power and comes back with an empty disk, later than its sessions may wait."""

    name = "kill_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        await host.kill()
        await host.wipe()
        await asyncio.sleep(_TAKEN_WITHIN)
        await host.start()


class StopHost(Fault):
    """A deployment: SIGTERM, and the host is started again."""

    name = "stop_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        await host.terminate()
        await asyncio.sleep(_TAKEN_WITHIN)
        await host.start()


class FreezeHost(Fault):
    """A host stops for 30 s and goes on as if nothing had been."""

    name = "freeze_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        host.freeze()
        await asyncio.sleep(30)
        host.thaw()


class KillNats(Fault):
    """NATS dies and is away for up to a minute."""

    name = "kill_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        server = chance.choice(on.nats)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(chance.choice((5, 20, 60)))
        await asyncio.to_thread(server.start)


class RestartNats(Fault):
    """NATS is restarted at once."""

    name = "restart_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await asyncio.to_thread(chance.choice(on.nats).restart)


class PartitionNats(Fault):
    """The busiest host and NATS hear nothing of each other for a while."""

    name = "partition_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        for link in ways.nats:
            link.silence()
        await asyncio.sleep(chance.choice((3, 15)))
        ways.heal()


class DeafToNats(Fault):
    """One direction only: what NATS says does not reach the busiest host."""

    name = "deaf_to_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        for link in ways.nats:
            link.down.silence()
        await asyncio.sleep(chance.choice((3, 15)))
        ways.heal()


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


class DiskFull(Fault):
    """The shard can write nothing: its files may not grow (EFBIG, where a full disk says ENOSPC)."""

    name = "disk_full"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        shard = psutil.Process(host.shard_pid())
        _, hard = shard.rlimit(resource.RLIMIT_FSIZE)
        shard.rlimit(resource.RLIMIT_FSIZE, (0, hard))
        await asyncio.sleep(chance.uniform(3, 8))
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended, and the next one has the limit of its parent
            shard.rlimit(resource.RLIMIT_FSIZE, (hard, hard))


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
        await asyncio.sleep(_TAKEN_WITHIN)
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


class EqualSends(Fault):
    """Many equal sends with one Idempotency-Key."""

    name = "equal_sends"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        session = chance.choice(list(on.numbers))
        ended, frames = await equal_sends(on, session, 10_000)
        if frames != 1 or len(ended) != 1:
            raise AssertionError(f"10,000 equal sends: {frames} frames, answers {ended}")


async def equal_sends(on: Field, session: str, count: int, connections: int = 50) -> tuple[set[tuple[str, str]], int]:
    """Make a request so many times under one key; the different ends it had (outcome, WhatsApp's id) and the frames."""
    (sink,) = await on.whatsapp.sinks(1)
    first = Send(session, sink, "many times, one message")
    room = asyncio.Semaphore(connections)

    async def once() -> tuple[str, str]:
        async with room:
            send = Send(first.session, first.to, first.text, key=first.key)
            outcome = await on.customer.send(send)
            return outcome, str(send.last.body.get("messageId"))

    ended = set(await asyncio.gather(*(once() for _ in range(count))))
    return ended, (await on.whatsapp.passed_on())[sink]


class WhatsAppCloses(Fault):
    """WhatsApp closes every connection, without a goodbye."""

    name = "whatsapp_closes"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for number in on.numbers.values():
            await on.whatsapp.post("/faults", kind="close", target=number, mode="abort")


class WhatsAppFails(Fault):
    """WhatsApp ends every stream with an error and refuses logins for a while."""

    name = "whatsapp_fails"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for number in on.numbers.values():
            await on.whatsapp.post("/faults", kind="refuse", target=number, code=503, until_cleared=True)
            await on.whatsapp.post("/faults", kind="stream_error", target=number)
        await asyncio.sleep(chance.uniform(2, 6))
        await on.whatsapp.clear_faults()


class WhatsAppSilent(Fault):
    """WhatsApp takes a session's messages and acknowledges none for a while."""

    name = "whatsapp_silent"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        number = chance.choice(list(on.numbers.values()))
        await on.whatsapp.post("/faults", kind="drop_acks", target=number, until_cleared=True)
        await asyncio.sleep(chance.uniform(2, 8))
        await on.whatsapp.clear_faults()


class WhatsAppRefuses(Fault):
    """WhatsApp answers messages with errors for a while."""

    name = "whatsapp_refuses"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        number = chance.choice(list(on.numbers.values()))
        await on.whatsapp.post("/faults", kind="reject_messages", target=number, until_cleared=True)
        await asyncio.sleep(chance.uniform(2, 6))
        await on.whatsapp.clear_faults()


class WhatsAppReplaces(Fault):
    """WhatsApp says of one session that it was opened elsewhere; the gateway must not fight over it."""

    name = "whatsapp_replaces"
    keeps_sessions = False

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await on.whatsapp.post("/faults", kind="replace", target=chance.choice(list(on.numbers.values())))


class WhatsAppUnlinks(Fault):
    """The phone unlinks one session."""

    name = "whatsapp_unlinks"
    keeps_sessions = False

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await on.whatsapp.post("/faults", kind="unlink", target=chance.choice(list(on.numbers.values())))


FAULTS: dict[str, type[Fault]] = {
    fault.name: fault
    for fault in (
        KillShard, AbortShard, KillHost, StopHost, FreezeHost, KillNats, RestartNats, PartitionNats, DeafToNats,
        ThrottleStore, LoseAnswers, StoreAway, StoreSilent, BucketAway, DiskFull, SpoilSnapshots, LoseSnapshots,
        EqualSends, WhatsAppCloses, WhatsAppFails, WhatsAppSilent, WhatsAppRefuses, WhatsAppReplaces, WhatsAppUnlinks,
    )
}  # fmt: skip
"""Every fault by its name."""

__all__ = ["FAULTS", "Fault", "Host", "equal_sends"]
