"""What is done to a field while it works. Each fault has a name, happens once, and leaves everything running again."""

from __future__ import annotations

from tests.chaos.faults.customers import EqualSends, equal_sends
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.hosts import AbortShard, DiskFull, FreezeHost, KillHost, KillShard, StopHost, WrongClock
from tests.chaos.faults.nats import DeafToNats, KillNats, NatsAway, PartitionNats, RestartNats
from tests.chaos.faults.stores import (
    BucketAway,
    IndexLags,
    LoseAnswers,
    LoseSnapshots,
    SpoilSnapshots,
    StoreAway,
    StoreSilent,
    ThrottleStore,
)
from tests.chaos.faults.whatsapp import (
    OddStanza,
    WhatsAppCloses,
    WhatsAppFails,
    WhatsAppRefuses,
    WhatsAppReplaces,
    WhatsAppSilent,
    WhatsAppUnlinks,
)

FAULTS: dict[str, type[Fault]] = {
    fault.name: fault
    for fault in (
        KillShard, AbortShard, KillHost, StopHost, FreezeHost, KillNats, RestartNats, PartitionNats, DeafToNats,
        ThrottleStore, LoseAnswers, StoreAway, StoreSilent, BucketAway, DiskFull, SpoilSnapshots, LoseSnapshots,
        EqualSends, WhatsAppCloses, WhatsAppFails, WhatsAppSilent, WhatsAppRefuses, WhatsAppReplaces, WhatsAppUnlinks,
        NatsAway, WrongClock, IndexLags, OddStanza,
    )
}  # fmt: skip
"""Every fault by its name."""


__all__ = ["FAULTS", "Fault", "FreezeHost", "KillShard", "ThrottleStore", "equal_sends"]
