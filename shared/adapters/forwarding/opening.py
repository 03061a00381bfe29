"""Opens what a forwarder leads to. What speaks to one kind of target is loaded when there is one of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from shared.errors import SecretsKeyMissing, SecretUnreadable
from shared.forwarders.model import Forwarder
from shared.forwarders.ports import NotTaken, Sink
from shared.forwarders.targets import S3, Credentials, EventBridge, Nats, Sqs
from shared.settings import StoreSettings


class ForwardingSinks:
    """`shared.forwarders.ports.Sinks`."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._sealer = settings.sealer()

    def open(self, forwarder: Forwarder) -> AbstractAsyncContextManager[Sink]:
        """That of a forwarder; entering it raises NotTaken."""
        return self._opened(forwarder)

    @asynccontextmanager
    async def _opened(self, forwarder: Forwarder) -> AsyncGenerator[Sink]:
        target, given = forwarder.targets.one, self._credentials(forwarder)
        if isinstance(target, Nats):
            from shared.adapters.forwarding.nats import NatsSink, connected  # noqa: PLC0415 - see the module, also below

            async with connected(target, given, self._settings) as connection:
                yield NatsSink(connection, target.subject, stream=target.stream)
            return
        async with self._aws(target, given) as client:
            if isinstance(target, Sqs):
                from shared.adapters.forwarding.sqs import SqsSink  # noqa: PLC0415

                yield SqsSink(client, target.queue_url)
            elif isinstance(target, EventBridge):
                from shared.adapters.forwarding.event_bridge import EventBridgeSink  # noqa: PLC0415

                yield EventBridgeSink(client, target.bus, target.source)
            else:
                from shared.adapters.forwarding.s3 import S3Sink  # noqa: PLC0415

                yield S3Sink(client, target, forwarder)

    def _aws(self, target: Sqs | EventBridge | S3, given: Credentials) -> AbstractAsyncContextManager[Any]:
        try:
            from shared.adapters.aws.on_the_loop import client_of  # noqa: PLC0415
        except ImportError as error:
            raise NotTaken("this host lacks the packages for AWS (the extra 'aws')") from error
        service = {Sqs: "sqs", EventBridge: "events", S3: "s3"}[type(target)]
        region = target.region or self._settings.aws_region
        endpoint = target.endpoint or self._settings.aws_endpoint_url
        return client_of(service, region, endpoint, given.access_key_id, given.secret_access_key)

    def _credentials(self, forwarder: Forwarder) -> Credentials:
        if not forwarder.credentials:
            return Credentials()
        try:
            return Credentials.model_validate_json(self._sealer.open(forwarder.credentials, forwarder.about))
        except (SecretsKeyMissing, SecretUnreadable) as error:
            raise NotTaken(error.message) from error
