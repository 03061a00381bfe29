"""One WhatsApp: what all stanzas and the control API work on."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.app_state.app_states import AppStates
from sandbox.connections.online import Online
from sandbox.connections.pairings import Pairings
from sandbox.delivery.delivery import Delivery
from sandbox.delivery.retry_turns import RetryTurns
from sandbox.groups.groups import Groups
from sandbox.history.histories import Histories
from sandbox.history.kept import Kept
from sandbox.media.media_store import MediaStore
from sandbox.media.permits import Permits
from sandbox.media.phone_copies import PhoneCopies
from sandbox.newsletters.newsletters import Newsletters
from sandbox.observed.faults import Faults
from sandbox.observed.journal import Journal
from sandbox.observed.unknown import UnknownQuestions
from sandbox.people.people import People
from sandbox.people.pictures import Pictures
from sandbox.secrets.trust_root import TrustRoot
from sandbox.settings import Settings
from sandbox.signal.sessions import Sessions
from sandbox.signal.written import Written
from sandbox.state.calls import Calls
from sandbox.state.directory import Directory
from sandbox.state.seen import Seen


@dataclass(frozen=True, slots=True)
class Network:
    """One WhatsApp: everything a connection or the control API works on.

    `watchers`: by number, the devices that keep a copy of its device list. `followers`: by number, the devices told
    when it comes and goes. `available`: the devices that say they are in use. `last_seen`: by number, when the
    last of its devices stopped saying so (epoch seconds); not kept over a restart.
    """

    settings: Settings
    trust: TrustRoot
    certificate: bytes
    directory: Directory
    people: People
    pictures: Pictures
    newsletters: Newsletters
    delivery: Delivery
    groups: Groups
    online: Online
    pairings: Pairings
    faults: Faults
    journal: Journal
    seen: Seen
    media: MediaStore
    permits: Permits
    sessions: Sessions
    app_states: AppStates
    written: Written = field(default_factory=Written)
    histories: Histories = field(default_factory=Histories)
    kept: Kept = field(default_factory=Kept)
    unknown: UnknownQuestions = field(default_factory=UnknownQuestions)
    calls: Calls = field(default_factory=Calls)
    phone_copies: PhoneCopies = field(default_factory=PhoneCopies)
    retries: RetryTurns = field(default_factory=RetryTurns)
    watchers: dict[str, set[tuple[str, int]]] = field(default_factory=dict[str, "set[tuple[str, int]]"])
    followers: dict[str, set[tuple[str, int]]] = field(default_factory=dict[str, "set[tuple[str, int]]"])
    available: set[tuple[str, int]] = field(default_factory=set["tuple[str, int]"])
    last_seen: dict[str, int] = field(default_factory=dict[str, int])
