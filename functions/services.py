"""What the handlers work with, put together once in `app.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from litestar.connection import ASGIConnection

from functions.access.admin_key import AdminKey, MetricsToken
from functions.access.keys import Authenticator
from functions.access.usage import Usage
from functions.hosts.liveness import Liveness
from functions.hosts.owners import Owners
from functions.hosts.readiness import Readiness
from functions.hosts.session_rows import SessionRows
from functions.previews.previews import Previews
from functions.sending.sender import Sender
from functions.streaming.streams import Streams
from functions.uploads.sources import Sources
from functions.uploads.uploads import Uploads
from shared.bus import Bus
from shared.chats.ports import Chats
from shared.events.reading import Reading
from shared.leases.ports import Leases
from shared.media.ports import FileRows
from shared.messages.ports import Inbox, Messages
from shared.messages.receipts import ReceiptRows
from shared.outside.addresses import Allowed
from shared.sealing.sealer import Sealer
from shared.sessions.ports import Sessions
from shared.tenants.ports import ApiKeys


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and the parts built on them."""

    keys: ApiKeys
    sessions: Sessions
    leases: Leases
    messages: Messages
    receipts: ReceiptRows
    inbox: Inbox
    chats: Chats
    file_rows: FileRows
    bus: Bus
    authenticator: Authenticator
    admin_key: AdminKey
    metrics_token: MetricsToken
    session_rows: SessionRows
    owners: Owners
    liveness: Liveness
    sender: Sender
    uploads: Uploads
    sources: Sources
    allowed: Allowed
    """Where strangers may have the gateway connect to although that is not the world's."""
    previews: Previews
    sealer: Sealer
    usage: Usage
    readiness: Readiness
    reading: Reading
    streams: Streams | None
    """None where nothing can be streamed."""
    sandbox_url: str | None
    """Where the phones are of a gateway that has a WhatsApp of its own; None: it serves real numbers."""


def services(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """The services of the application that serves this connection."""
    return cast("Services", connection.app.state.services)
