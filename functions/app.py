"""The composition root of the API: chooses the adapters and puts the application together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State

from functions.access.admin_key import AdminKey, MetricsToken
from functions.access.failed_attempts import FailedAttempts
from functions.access.key_news import KeyTelling
from functions.access.keys import Authenticator
from functions.access.new_sessions import NewSessions
from functions.access.rates import Rates
from functions.access.usage import Usage
from functions.families import METRICS, ByFamilies
from functions.hosts.last_signs import ShardSigns
from functions.hosts.liveness import Liveness
from functions.hosts.owners import Owners
from functions.hosts.readiness import Readiness
from functions.hosts.session_rows import SessionRows
from functions.http.problems import HANDLERS, name_request, tell_rate
from functions.http.room import Room
from functions.http.routes import name_methods
from functions.http.straight import straight
from functions.http.traced import traced
from functions.previews.previews import Previews
from functions.sending.sender import Sender
from functions.services import Services
from functions.settings import ApiSettings
from functions.uploads.sources import Sources
from functions.uploads.uploads import UploadLimits, Uploads
from shared.adapters.nats.bus import NatsBus, open_bus
from shared.adapters.opentelemetry.process import traces
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.media.keeping import FileKeeping
from shared.media.keeping import Room as MediaRoom
from shared.outside.addresses import Allowed
from shared.settings import TraceSettings

if TYPE_CHECKING:
    from functions.metrics.request_metrics import RequestMetrics


def create_app(settings: ApiSettings, metrics: RequestMetrics | None = None, *, streams: bool = True) -> ByFamilies:
    """The application; it opens its stores and its connection to NATS when it starts and closes them when it ends.

    Args:
        settings: what is set.
        metrics: what `GET /metrics` shows; there is no such route without.
        streams: whether an answer can go on without end.
    """
    secret = settings.admin_key.get_secret_value() if settings.admin_key else None
    admin_key = AdminKey(secret, FailedAttempts(settings.auth_failures_per_minute))
    trace_settings = TraceSettings()

    @asynccontextmanager
    async def serving(app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(traces(trace_settings, "wagate-api"))
            stores = await stack.enter_async_context(open_stores(settings))
            bus = await stack.enter_async_context(open_bus(settings, name="wagate-api"))
            services = _services(settings, stores, bus, admin_key, streams=streams)
            await stack.enter_async_context(services.usage.written())
            await stack.enter_async_context(services.rates.shared())
            await stack.enter_async_context(services.key_news.telling())
            stack.push_async_callback(services.sender.close)
            stack.push_async_callback(services.sources.close)
            app.state.services = services
            if metrics is not None:
                metrics.watch_nats(lambda: bus.connected)
            yield

    return ByFamilies(
        without=(METRICS,) if metrics is None else (),
        lifespan=[serving],
        exception_handlers=HANDLERS,
        before_send=[name_request, name_methods, tell_rate],
        middleware=[traced, straight] if trace_settings.wanted else [straight],
        cors_config=_cors(settings),
        state=State(
            {
                "body_limit": settings.body_limit,
                "import_limit": settings.import_limit,
                "base64_limit": settings.base64_limit,
                "body_room": Room(settings.bodies_limit),
                "metrics": metrics,
            }
        ),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # `bodies.read` limits it
        debug=False,
    )


def _services(settings: ApiSettings, stores: Stores, bus: NatsBus, admin_key: AdminKey, *, streams: bool) -> Services:
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    rows = SessionRows(
        stores.sessions,
        stores.keys,
        bus,
        new_sessions=NewSessions(settings.new_sessions_per_minute),
        max_sessions=settings.max_sessions,
    )
    owners = Owners(bus, stores.leases, within=settings.owner_within)
    uploads = _uploads(settings, stores)
    allowed = Allowed.named(settings.url_allow)
    sources = Sources(uploads, allowed)
    return Services(
        keys=stores.keys,
        sessions=stores.sessions,
        leases=stores.leases,
        messages=stores.messages,
        receipts=stores.receipts,
        send_log=stores.send_log,
        inbox=stores.inbox,
        chats=stores.chats,
        audit=stores.audit,
        usage_rows=stores.usage_rows,
        file_rows=stores.file_rows,
        forwarders=stores.forwarders,
        webhooks=stores.webhooks,
        deliveries=stores.deliveries,
        bus=bus,
        authenticator=Authenticator(
            stores.keys,
            FailedAttempts(settings.auth_failures_per_minute),
            believe_for=settings.auth_cache_seconds,
        ),
        admin_key=admin_key,
        metrics_token=MetricsToken(token, admin_key),
        session_rows=rows,
        owners=owners,
        liveness=Liveness(bus),
        shard_signs=ShardSigns(bus),
        sender=Sender(
            messages=stores.messages,
            sessions=stores.sessions,
            session_rows=rows,
            owners=owners,
            bus=bus,
            owner_within=settings.send_owner_within,
            queue_limit=settings.queue_limit,
        ),
        uploads=uploads,
        sources=sources,
        allowed=allowed,
        previews=Previews(sources),
        sealer=settings.sealer(),
        webhooks_per_key=settings.webhooks_per_key,
        usage=Usage(stores.keys, stores.usage_rows),
        rates=Rates(bus),
        key_news=KeyTelling(stores.keys, stores.webhooks, bus.event_log(None), now_ms),
        readiness=Readiness(stores.keys, bus),
        event_reader=bus.event_reader(),
        most_streams=(settings.streams, settings.streams_per_key) if streams else None,
        sandbox_url=settings.sandbox_url,
    )


def _uploads(settings: ApiSettings, stores: Stores) -> Uploads:
    room = MediaRoom(settings.media_key_bytes, settings.media_bytes)
    keeping = FileKeeping(stores.files, stores.file_rows, room, now_ms)
    limits = UploadLimits(settings.upload_limit, settings.upload_hours, settings.uploads)
    return Uploads(keeping, stores.files, limits)


def _cors(settings: ApiSettings) -> CORSConfig | None:
    if not settings.cors_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.cors_origins),
        expose_headers=["X-Request-Id", "Retry-After", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"],
    )
