"""Forwards to subjects of NATS: to a stream of somebody's, which says that it has each event, or to who listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.errors import Error, MaxPayloadError
from nats.js.errors import NoStreamResponseError

from shared.adapters.forwarding.bodies import fitting
from shared.adapters.nats.tls import NatsClient, Tls
from shared.contracts.subjects import NO_SESSION
from shared.errors import BusUnavailable
from shared.events.telling import PublicEvent
from shared.forwarders.ports import NotTaken
from shared.forwarders.targets import Credentials, Nats
from shared.settings import StoreSettings

_WITHIN, _CONNECTED_WITHIN = 5.0, 10.0
_ROOM = 4096
"""Bytes for subject and headers."""
_SHOWN = 300


@asynccontextmanager
async def connected(target: Nats, given: Credentials, settings: StoreSettings) -> AsyncGenerator[Client]:
    """A connection to the target's servers, or to the gateway's; entering raises NotTaken."""
    client, url = NatsClient(), target.url or settings.nats_url
    try:
        async with asyncio.timeout(_CONNECTED_WITHIN):
            await client.connect(
                url.split(","),
                name="wagate-forwarder",
                user=given.user,
                password=given.password,
                token=given.token if target.url else settings.nats_token,
                tls=Tls(settings.nats_ca, first=settings.nats_tls_first).context(url),
                connect_timeout=2,
                max_reconnect_attempts=-1,
                reconnect_time_wait=1,
                error_cb=_unsaid,  # what matters is said when events are not taken
            )
        yield client
    except (Error, OSError, TimeoutError, BusUnavailable) as error:
        raise NotTaken(f"NATS: {type(error).__name__}: {error}"[:_SHOWN]) from error
    finally:
        await client.close()


async def _unsaid(_: Exception) -> None:
    return


class NatsSink:
    """`shared.forwarders.ports.Sink`."""

    linger = 0.0

    def __init__(self, connection: Client, subject: str, *, stream: bool) -> None:
        self._connection = connection
        self._jetstream = connection.jetstream(timeout=_WITHIN)
        self._subject = subject
        self._stream = stream

    async def take(self, events: Sequence[PublicEvent], done: set[str]) -> int:
        """Take events; the position of the last one. Raises NotTaken."""
        if not self._connection.is_connected:
            raise NotTaken("NATS is not connected")
        try:
            async with asyncio.timeout(_WITHIN * 2):
                for event in events:
                    if event.id not in done:
                        await self._publish(event)
                        if self._stream:
                            done.add(event.id)
                if not self._stream:
                    await self._connection.flush()
        except NoStreamResponseError as error:
            raise NotTaken(f"no stream stores '{self._subject}.>': make one, or set 'stream' to false") from error
        except MaxPayloadError as error:
            raise NotTaken("the server accepts no message of that size") from error
        except (Error, OSError, TimeoutError) as error:
            raise NotTaken(f"{type(error).__name__}: {error}"[:_SHOWN]) from error
        return events[-1].position

    async def _publish(self, event: PublicEvent) -> None:
        session = "key" if event.session_uid == NO_SESSION else event.session_uid
        subject, body = f"{self._subject}.{session}.{event.type}", fitting(event, self._connection.max_payload - _ROOM)
        headers = {"Nats-Msg-Id": event.id}
        if self._stream:
            await self._jetstream.publish(subject, body, headers=headers)
        else:
            await self._connection.publish(subject, body, headers=headers)
