from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.delivery import Delivery
from sandbox.directory import Directory
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.online import Online
from sandbox.pairing import Pairings
from sandbox.retry_turns import RetryTurns
from sandbox.seen import Seen
from sandbox.settings import Settings
from sandbox.trust_root import TrustRoot


@dataclass(frozen=True, slots=True)
class Network:
    """One WhatsApp: everything a connection or the control API works on.

    `watchers`: by number, the devices that keep a copy of its device list. `followers`: by number, the devices told
    when it comes and goes. `available`: the devices that say they are in use.
    """

    settings: Settings
    trust: TrustRoot
    certificate: bytes
    directory: Directory
    delivery: Delivery
    online: Online
    pairings: Pairings
    faults: Faults
    journal: Journal
    seen: Seen
    retries: RetryTurns = field(default_factory=RetryTurns)
    watchers: dict[str, set[tuple[str, int]]] = field(default_factory=dict[str, "set[tuple[str, int]]"])
    followers: dict[str, set[tuple[str, int]]] = field(default_factory=dict[str, "set[tuple[str, int]]"])
    available: set[tuple[str, int]] = field(default_factory=set["tuple[str, int]"])
