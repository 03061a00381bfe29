"""Puts a shard together: chooses the adapters, opens everything in order, and closes it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial

from session_host.arriving import Arriving
from session_host.auth_sync.host_cipher import cipher_of
from session_host.auth_sync.keeper import AuthKeeper
from session_host.auth_sync.pruning import Kept
from session_host.commands.ping import answer_pings
from session_host.commands.serving import command_handler
from session_host.disk.data_folder import DataFolder
from session_host.disk.room import check_room, watch_room
from session_host.history.storing import Storing
from session_host.link.metrics_line import Answering
from session_host.link.place import Place
from session_host.link.to_deliver import ToDeliver
from session_host.metrics.readings import counting, pages
from session_host.outbound.offers import Offers
from session_host.outbound.outbox import Outbox
from session_host.ownership.adopting import adopted
from session_host.ownership.contents import Contents
from session_host.ownership.incoming_files import fetching_files
from session_host.ownership.journals import Journals
from session_host.ownership.legacies import legacies_of_others
from session_host.ownership.own_pictures import fetching_pictures
from session_host.ownership.ownership import Ownership
from session_host.ownership.past import taking_the_past
from session_host.ownership.reports import Reports
from session_host.ownership.session_changes import SessionChanges
from session_host.ownership.slot import Slot, slot_of_its_own
from session_host.ownership.sources import Stored
from session_host.ownership.surroundings import Surroundings
from session_host.running_parts import bounds, counted_stores, keeping, of_sessions, readying, retention, wanted
from session_host.session.chat_timers import ChatTimers
from session_host.session.chosen import Chosen
from session_host.session.live_session import LiveSession
from session_host.session.login_share import LoginShare
from session_host.session.numbers import KnownNumbers
from session_host.session.presence import Presences
from session_host.session.signs import Signs
from session_host.settings import HostSettings
from session_host.wear import Wear
from session_host.whatsapp.client import ClientFactory, MakeClient, OnEvent, OnSignal, WhatsAppClient
from shared.adapters.nats.bus import open_bus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import load
from shared.deadline import Deadline
from shared.ids import now_ms
from shared.outside.addresses import Allowed
from shared.sessions.model import Session, SessionReport, SessionStatus
from shared.settings import StoreSettings

_TENDS_AFTER = 60.0
"""Seconds."""
_ENDS_WITHIN = 0.5
"""Seconds for its parts to end, when all they did is done."""

_SNAPSHOT_EVERY = {"sqlite": 300.0, "dynamodb": 5.0}
"""Seconds between two snapshots of a busy session. On one machine they serve only when its disk loses the folder."""

MakeClients = Callable[[HostSettings], ClientFactory]


def load_stores() -> None:
    """Import in advance what opening the stores imports."""
    load(StoreSettings())


@dataclass(slots=True)
class RunningShard:
    """What runs."""

    ownership: Ownership
    parts: list[asyncio.Task[None]]
    """None of them ends by itself."""
    slot: Slot
    to_deliver: ToDeliver
    deadline: Deadline | None = None
    """When it has to have stopped, once that is known."""


@asynccontextmanager
async def running_shard(
    place: Place, settings: HostSettings, store_settings: StoreSettings, make_clients: MakeClients
) -> AsyncGenerator[RunningShard]:
    """A running shard: everything is open and its tasks run until the context ends.

    At its end what arrived last is applied and published, in the time that is left until the deadline.
    """
    folder = _prepared(DataFolder(settings.host_dir or store_settings.data_dir))
    async with AsyncExitStack() as stack:
        slot = await stack.enter_async_context(slot_of_its_own(folder, place.slot))
        stores = await stack.enter_async_context(counted_stores(store_settings))
        bus = await stack.enter_async_context(open_bus(store_settings, name=place.owner))
        outboxes: dict[str, Outbox] = {}
        log = bus.event_log(StreamLimits(settings.events_max_age, settings.events_max_bytes, settings.events_replicas))
        timers, to_deliver = ChatTimers(stores.messages), ToDeliver(bus, (stores.webhooks.any, stores.forwarders.any))
        stored = Stored(stores.messages, stores.inbox, Offers())
        presences, chosen, signs = Presences(), Chosen(store_settings.sealer(), settings.client_options), Signs()
        journals = Journals(
            store_settings.sqlite_synchronous,
            stored,
            stores.sessions,
            stores.receipts,
            stores.outcomes,
            stores.chats,
            log,
            timers,
            chosen,
            outboxes,
            held=lambda: ownership.held,
            key_of=lambda uid: ownership.key_of(uid),  # noqa: PLW0108 - it comes later
        )
        arrivals = stack.enter_context(journals.open(folder.journal(place.slot), folder.auth))
        metrics, journal, clients = counting(wanted=place.metrics is not None), arrivals.journal, make_clients(settings)
        past = stack.enter_context(
            taking_the_past(
                folder.history(place.slot), stores.sessions,
                Storing(stores.inbox, stores.chats, partial(journals.sources, folder.auth)),
                journal.announce, messages=settings.history_messages, days=store_settings.inbox_days,
            )
        )  # fmt: skip
        arriving = Arriving(journal, past.spool, chosen, presences, metrics, signs)

        def make_session(row: Session, on_report: Callable[[SessionReport], None], first: SessionStatus) -> LiveSession:
            chosen.take(row)
            keep = partial(arriving.keep, row.uid)
            its_clients = _clients_of(row, clients, chosen)
            return LiveSession(
                row.uid, folder.auth / row.uid, its_clients, keep, on_report, of_sessions(settings), now_ms, first
            )

        def lost(uid: str, epoch: int) -> None:
            ownership.roster.lost(uid, epoch)

        auth = AuthKeeper(
            stores.blobs,
            folder.auth,
            await cipher_of(settings.auth_key, store_settings, stores.blobs),
            place.owner,
            on_fenced=lost,
            secrets=Kept(round(settings.secrets_max_age * 1000), settings.secrets_max),
            min_interval=settings.snapshot_every or _SNAPSHOT_EVERY[store_settings.store],
        )
        stack.push_async_callback(auth.close)
        changes = stack.enter_context(closing(SessionChanges(journal.announce, now_ms, metrics.changed)))
        reports = Reports(stores.sessions, place.owner, lost, changes)
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
            reports=reports,
            numbers=KnownNumbers(),
            outboxes=outboxes,
            timers=timers,
            offers=stored.offers,
            presences=presences,
            signs=signs,
            readying=await stack.enter_async_context(readying(stores, settings, folder.at_work(place.slot))),
            make_session=make_session,
            chosen=chosen,
            telling=arrivals.telling,
            fetch_picture=stack.enter_context(fetching_pictures(chosen, Allowed.named(settings.url_allow))),
            auth=auth,
            auth_root=folder.auth,
            may_begin=lambda: ownership.lease.may_begin,
            clock=now_ms,
            logins=LoginShare(min(settings.logins_per_key, max(settings.sessions_per_shard // 2, 1))),
            on_send=metrics.sent,
            unlink_for=settings.unlink_for,
            on_unlink=metrics.unlinking,
        )
        legacies = await stack.enter_async_context(
            legacies_of_others(stores.leases, stores.sessions, partial(adopted, journals.open, arrivals))
        )
        ownership: Ownership = Ownership(
            owner=place.owner,
            host=place.host,
            limit=settings.sessions_per_shard,
            forgotten_after=settings.unpaired_stops_after,
            leases=stores.leases,
            shared=shared,
            make_handler=lambda holding: command_handler(holding, auth, ownership, now_ms),
            legacies=legacies,
            folder=str(folder.path),
            waiting=lambda: arrivals.waiting,
            worn=Wear(bounds(settings), clients.leftovers).reason,
        )
        fetching = stack.enter_context(
            fetching_files(
                arrivals.inbound, stores.inbox, keeping(stores, store_settings), wanted(settings), chosen,
                Allowed.named(settings.url_allow), held=lambda: ownership.held,
            )
        )  # fmt: skip
        if place.metrics is not None:
            make_page = pages(metrics, ownership, journal, log, auth, clients.leftovers)
            stack.enter_context(closing(await Answering.over(place.metrics, make_page)))
        await ownership.lease.begin()
        parts = [asyncio.create_task(part) for part in (ownership.lease.run(), auth.run())]
        running: RunningShard | None = None
        try:
            await ownership.claiming.take_back()
            await answer_pings(bus, place.owner, ownership, arrivals, signs)
            work = [
                ownership.run(),
                reports.run(),
                auth.run_tending(after=_TENDS_AFTER),
                *arrivals.work(),
                arrivals.telling.run(),
                *past.work(),
                to_deliver.run() if settings.delivers and place.slot == 0 else _never(),
                fetching.run(),
                watch_room(folder.journals, past.given_up_with(journal.give_up)),
                retention(stores, journal, settings, store_settings).run(
                    lambda: ownership.held, of_all=place.slot == 0
                ),
                _never()
                if place.slot == 0
                else ownership.until_empty(
                    settings.empty_shard_ends_after, lambda: not (journal.waits or past.spool.waits())
                ),
            ]
            parts += [asyncio.create_task(part, name=part.__name__) for part in work]
            running = RunningShard(ownership, parts, slot, to_deliver)
            yield running
        finally:
            deadline = (running and running.deadline) or Deadline.after(settings.stop_within)
            await arrivals.finish(deadline.left)
            await ownership.lease.forget(unless=lambda: journal.waits)
            for part in parts:
                part.cancel()
            await asyncio.wait(parts, timeout=_ENDS_WITHIN)


def _clients_of(row: Session, clients: ClientFactory, chosen: Chosen) -> MakeClient:
    def make(auth_database: str, *, on_signal: OnSignal, on_event: OnEvent) -> WhatsAppClient:
        own = chosen.client_options(row.uid)
        return clients(auth_database, on_signal=on_signal, on_event=on_event, tenant=row.key_id, options=own)

    return make


def _prepared(folder: DataFolder) -> DataFolder:
    folder.prepare()
    check_room(folder.journals)
    return folder


async def _never() -> None:
    await asyncio.Event().wait()
