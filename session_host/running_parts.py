"""Parts of a shard as the settings say."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from session_host.downloads.policy import Policy
from session_host.inbound.journal import Journal
from session_host.media.converters import Converters
from session_host.media.limits import Limits
from session_host.media.readying import Readying
from session_host.outbound.retention import Aging, Retention
from session_host.outbound.retention import Kept as Retained
from session_host.session.live_session import SessionSettings
from session_host.settings import HostSettings
from session_host.usage import Keys, counted_inbox, counted_outcomes
from session_host.wear import Bounds
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.media.keeping import FileKeeping, Room
from shared.media.sweeping import FileSweep
from shared.settings import StoreSettings
from shared.tenants.usage import UsageCounting


@asynccontextmanager
async def counted_stores(settings: StoreSettings) -> AsyncGenerator[Stores]:
    """The stores, of which those of messages count for keys what goes through them. Raises StoreUnavailable."""
    async with open_stores(settings) as stores:
        counting = UsageCounting(stores.usage_rows, now_ms)
        keys = Keys(stores.sessions)
        outcomes = counted_outcomes(stores.outcomes, keys, counting)
        inbox = counted_inbox(stores.inbox, keys, counting)
        async with counting.written():
            yield replace(stores, outcomes=outcomes, inbox=inbox)


@asynccontextmanager
async def readying(stores: Stores, settings: HostSettings, folder: Path) -> AsyncGenerator[Readying]:
    """What makes files ready, while the context lasts."""
    limits = Limits(memory=settings.media_memory, seconds=settings.media_seconds)
    converters = Converters(settings.media_processes, limits)
    try:
        yield Readying(stores.files, converters, folder)
    finally:
        await converters.close()


def of_sessions(settings: HostSettings) -> SessionSettings:
    """What is chosen for all sessions."""
    return SessionSettings(qr_rounds=settings.qr_rounds)


def bounds(settings: HostSettings) -> Bounds:
    """With how much a shard is worn."""
    return Bounds(settings.shard_leftovers, settings.shard_memory, settings.shard_min_age)


def retention(stores: Stores, journal: Journal, settings: HostSettings, store_settings: StoreSettings) -> Retention:
    """What removes what is old."""
    kept = Retained(
        store_settings.inbox_days, settings.inbox_messages, settings.set_aside_days, settings.set_aside_events
    )
    files = FileSweep(stores.files, stores.file_rows, now_ms)
    return Retention(
        Aging(stores.messages, stores.receipts, stores.inbox, files, stores.deliveries), journal, kept, now_ms
    )


def keeping(stores: Stores, settings: StoreSettings) -> FileKeeping:
    """What keeps files."""
    return FileKeeping(stores.files, stores.file_rows, Room(settings.media_key_bytes, settings.media_bytes), now_ms)


def wanted(settings: HostSettings) -> Policy:
    """Which files of messages are had."""
    kinds = frozenset(kind.strip() for kind in settings.media_kinds.split(",")) - {""}
    return Policy(kinds, settings.media_most, settings.media_days)
