"""Does NATS answer, prove who it is where that is demanded, and keep events?"""

from __future__ import annotations

import contextlib

from nats.errors import Error, NoRespondersError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError, ServiceUnavailableError

from cli.checks.finding import Finding
from shared.adapters.nats.event_stream import STREAM
from shared.adapters.nats.tls import NatsClient, Tls, in_words
from shared.errors import BusUnavailable
from shared.settings import StoreSettings
from shared.shown import without_user

_WITHIN = 5.0
_NEARLY_FULL = 0.8
_OTHER_TOKEN = "It expects another token: set WAGATE_NATS_TOKEN to the token in its configuration."  # noqa: S105 - words


async def nats_server(settings: StoreSettings, remedy: str) -> Finding:
    """Look at the NATS of these settings; `remedy` is for one that does not answer or keeps nothing."""

    async def ignore(_: Exception) -> None:
        """What goes wrong is raised by connect as well."""

    url, shown = settings.nats_url, without_user(settings.nats_url)
    tls, client = Tls(settings.nats_ca, first=settings.nats_tls_first), NatsClient()
    try:
        context = tls.context(url)
        await client.connect(
            url.split(","),
            token=settings.nats_token,
            tls=context,
            tls_handshake_first=tls.first,
            connect_timeout=2,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # of itself it tries for two minutes
            reconnect_time_wait=0,
            error_cb=ignore,
        )
    except BusUnavailable as error:
        return Finding("NATS", "fail", error.message, "Correct the setting.")
    except (OSError, Error, TimeoutError) as error:
        words = in_words(error) or type(error).__name__
        refused = "authorization violation" in words.lower()
        return Finding("NATS", "fail", f"{shown} cannot be used: {words}.", _OTHER_TOKEN if refused else remedy)
    try:
        jetstream = client.jetstream(timeout=_WITHIN)
        account = await jetstream.account_info()
        used = await _used(jetstream)
    except (ServiceUnavailableError, NoRespondersError):
        text = f"{shown} answers, but keeps no events: its JetStream is off."
        return Finding("NATS", "fail", text, "Turn it on: 'nats-server -js', or 'jetstream {}' in its configuration.")
    except (Error, TimeoutError) as error:
        lost_nothing = f"Nothing is lost: events wait in the journals. {remedy}"
        return Finding("NATS", "fail", f"It answers at {shown} but keeps no events: {error}.", lost_nothing)
    finally:
        with contextlib.suppress(Error):
            await client.close()
    if used > _NEARLY_FULL:
        text = f"Its log of events is {used:.0%} full." if used < 1 else "Its log of events is full."
        enlarge = "Raise WAGATE_EVENTS_MAX_BYTES and its disk, or lower WAGATE_EVENTS_MAX_AGE; then restart the hosts."
        return Finding(
            "NATS",
            "warn" if used < 1 else "fail",
            f"{text} When it is full nothing is lost: events wait in the journals.",
            enlarge,
        )
    return Finding("NATS", "ok", f"It answers at {shown} and keeps {account.storage // 1024**2:,} MiB of events.")


async def _used(jetstream: JetStreamContext) -> float:
    """How full the log of events is, to whole per cents: a message that does not fit leaves some room."""
    try:
        stream = await jetstream.stream_info(STREAM)
    except NotFoundError:
        return 0.0
    most = stream.config.max_bytes or 0
    return round(stream.state.bytes / most, 2) if most > 0 else 0.0
