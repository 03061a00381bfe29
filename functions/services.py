"""What the handlers work with, put together once in `app.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from litestar.connection import ASGIConnection

from functions.access.admin_key import AdminKey, MetricsToken
from functions.access.key_news import KeyTelling
from functions.access.keys import Authenticator
from functions.access.rates import Rates
from functions.access.usage import Usage
from functions.hosts.last_signs import ShardSigns
from functions.hosts.liveness import Liveness
from functions.hosts.owners import Owners
from functions.hosts.readiness import Readiness
from functions.hosts.session_rows import SessionRows
from functions.previews.previews import Previews
from functions.sending.sender import Sender
from functions.uploads.sources import Sources
from functions.uploads.uploads import Uploads
from shared.bus import Bus
from shared.chats.ports import Chats
from shared.events.ports import EventReader
from shared.forwarders.ports import Forwarders
from shared.ids import now_ms
from shared.leases.ports import Leases
from shared.media.ports import FileRows
from shared.messages.ports import Inbox, Messages
from shared.messages.receipts import ReceiptRows
from shared.messages.send_log import SendLog
from shared.outside.addresses import Allowed
from shared.sealing.sealer import Sealer
from shared.sessions.ports import Sessions
from shared.tenants.audit import AuditLog
from shared.tenants.ports import ApiKeys
from shared.tenants.usage import UsageRows
from shared.webhooks.ports import Deliveries, Webhooks

if TYPE_CHECKING:
    from functions.streaming.streams import Streams
    from shared.events.reading import Reading


@dataclass(frozen=True)
class Services:
    """Ports and the parts built on them."""

    keys: ApiKeys
    sessions: Sessions
    leases: Leases
    messages: Messages
    receipts: ReceiptRows
    send_log: SendLog
    inbox: Inbox
    chats: Chats
    audit: AuditLog
    usage_rows: UsageRows
    file_rows: FileRows
    forwarders: Forwarders
    webhooks: Webhooks
    deliveries: Deliveries
    bus: Bus
    authenticator: Authenticator
    admin_key: AdminKey
    metrics_token: MetricsToken
    session_rows: SessionRows
    owners: Owners
    liveness: Liveness
    shard_signs: ShardSigns
    sender: Sender
    uploads: Uploads
    sources: Sources
    allowed: Allowed
    """Where strangers may have the gateway connect to although that is not the world's."""
    previews: Previews
    sealer: Sealer
    webhooks_per_key: int
    usage: Usage
    rates: Rates
    key_news: KeyTelling
    readiness: Readiness
    event_reader: EventReader
    most_streams: tuple[int, int] | None
    """In all, and of one key; None where nothing can be streamed."""
    sandbox_url: str | None
    """Where the phones are of a gateway that has a WhatsApp of its own; None: it serves real numbers."""

    @cached_property
    def reading(self) -> Reading:
        """The log of events, made when it is first read: to load what each event is takes 40 ms."""
        from shared.events.reading import Reading  # noqa: PLC0415

        return Reading(self.event_reader, self.sessions, now_ms)

    @cached_property
    def streams(self) -> Streams | None:
        """Who follows events; None where nothing can be streamed."""
        from functions.streaming.streams import Streams  # noqa: PLC0415

        if self.most_streams is None:
            return None
        in_all, of_one_key = self.most_streams
        return Streams(self.reading, in_all=in_all, of_one_key=of_one_key)


def services(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """The services of the application that serves this connection."""
    return cast("Services", connection.app.state.services)
