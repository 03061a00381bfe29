"""A shard without a process of its own: its parts, put together as `running_shard` does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, cast

from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.keeper import AuthKeeper
from session_host.commands.serving import command_handler
from session_host.history.storing import Storing
from session_host.inbound.arrivals import Arrivals, open_arrivals
from session_host.inbound.departed import Departed
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.media.converters import Converters
from session_host.media.readying import Readying
from session_host.outbound.offers import Offers
from session_host.ownership.adopting import Adopting
from session_host.ownership.contents import Contents
from session_host.ownership.legacies import Legacies
from session_host.ownership.ownership import Ownership
from session_host.ownership.past import taking_the_past
from session_host.ownership.reports import Reports
from session_host.ownership.session_changes import SessionChanges
from session_host.ownership.settling import HeldSessions
from session_host.ownership.sources import Stored, sources_of
from session_host.ownership.surroundings import Surroundings
from session_host.session.chat_timers import ChatTimers
from session_host.session.chosen import Chosen
from session_host.session.live_session import LiveSession
from session_host.session.numbers import KnownNumbers
from session_host.whatsapp.client import ClientFactory
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import Stores, open_stores
from shared.events.ports import EventLog
from shared.ids import now_ms
from shared.sealing.sealer import Sealer
from shared.settings import StoreSettings
from tests.session_host.no_resends import no_resends

OWNER = "host-0"
ALL_HERE = Departed(cast("Any", None), lambda _uid: "key_a")
"""Of a shard that holds every session its journal knows."""


def unexpected(*given: Any, **named: Any) -> Any:
    raise AssertionError(f"this is not begun: {given} {named}")


@dataclass
class OwnShard:
    """Its parts. Nothing runs by itself but what a test begins."""

    stores: Stores
    bus: NatsBus
    log: EventLog
    arrivals: Arrivals
    auth: AuthKeeper
    shared: Surroundings
    ownership: Ownership

    async def begin(self) -> None:
        """Begin a lease that does not age: nothing is begun 6 s after it was renewed last, and nobody renews it."""
        await self.ownership.lease.begin()
        self.ownership.lease.switch.off()  # it ends processes
        self.ownership.lease._renewed = inf


@asynccontextmanager
async def own_shard(nats_url: str, folder: Path, clients: ClientFactory = unexpected) -> AsyncIterator[OwnShard]:
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(StoreSettings(data_dir=folder)))
        bus = await NatsBus.connect(nats_url, name="test")
        stack.push_async_callback(bus.close)
        log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))

        def key_of(uid: str) -> str | None:
            return ownership.key_of(uid)

        receipts = Receipts(stores.messages, lambda _: NO_SENDS)
        departed = Departed(stores.sessions, key_of)
        timers, stored = ChatTimers(stores.messages), Stored(stores.messages, stores.inbox, Offers())
        arrivals = stack.enter_context(
            open_arrivals(
                folder / "journal.db",
                "NORMAL",
                inbox=stores.inbox,
                receipts=receipts,
                resends=no_resends(stores),
                timers=timers,
                log=log,
                departed=departed,
                sources=lambda uid: sources_of(uid, ownership.held.get(uid), folder / "auth" / uid, stored),
                outcomes=stores.outcomes,
                senders=HeldSessions({}, lambda: ownership.held),
            )
        )
        auth = AuthKeeper(stores.blobs, folder / "auth", AuthCipher(bytes(32)), OWNER, on_fenced=unexpected)
        stack.push_async_callback(auth.close)
        changes = stack.enter_context(closing(SessionChanges(arrivals.journal.announce, now_ms)))
        past = stack.enter_context(
            taking_the_past(
                folder / "history",
                stores.sessions,
                Storing(stores.inbox, stores.chats, unexpected),
                arrivals.journal.announce,
                messages=1,
                days=1,
            )
        )
        shared = Surroundings(
            sessions=stores.sessions,
            messages=stores.messages,
            inbox=stores.inbox,
            contents=Contents(
                changes=changes,
                arrivals=arrivals,
                past=past.importing,
                inbox=stores.inbox,
                chats=stores.chats,
                messages=stores.messages,
                receipts=stores.receipts,
                file_rows=stores.file_rows,
                webhooks=stores.webhooks,
                deliveries=stores.deliveries,
            ),
            bus=bus,
            reports=Reports(stores.sessions, OWNER, unexpected, changes),
            numbers=KnownNumbers(),
            outboxes={},
            timers=timers,
            readying=Readying(stores.files, Converters(1), folder / "at-work"),
            make_session=lambda row, on_report, first: LiveSession(
                row.uid,
                folder / "auth" / row.uid,
                clients,
                lambda arrival: arrivals.journal.keep(row.uid, arrival.event, arrival.raw, held=arrival.held),
                on_report,
                first=first,
            ),
            auth=auth,
            auth_root=folder / "auth",
            may_begin=lambda: True,
            chosen=Chosen(Sealer(None, None)),
            telling=arrivals.telling,
            clock=now_ms,
        )
        ownership = Ownership(
            owner=OWNER,
            host="host",
            limit=10,
            leases=stores.leases,
            legacies=Legacies(stores.leases, stores.sessions, Adopting(unexpected)),
            shared=shared,
            make_handler=lambda holding: command_handler(holding, auth, ownership, now_ms),
        )
        own = OwnShard(stores, bus, log, arrivals, auth, shared, ownership)
        await own.begin()
        yield own
