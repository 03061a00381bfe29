"""Does NATS answer, prove who it is where that is demanded, and keep events?"""

from __future__ import annotations

import contextlib

from nats.errors import Error

from cli.checks.finding import Finding
from shared.adapters.nats.tls import NatsClient, Tls, in_words
from shared.errors import BusUnavailable
from shared.settings import StoreSettings
from shared.shown import without_user

_WITHIN = 5.0


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
            error_cb=ignore,
        )
    except BusUnavailable as error:
        return Finding("NATS", "fail", error.message, "Correct the setting.")
    except (OSError, Error, TimeoutError) as error:
        return Finding("NATS", "fail", f"{shown} cannot be used: {in_words(error) or type(error).__name__}.", remedy)
    try:
        account = await client.jetstream(timeout=_WITHIN).account_info()
    except (Error, TimeoutError) as error:
        lost_nothing = f"Nothing is lost: events wait in the journals. {remedy}"
        return Finding("NATS", "fail", f"It answers at {shown} and keeps no events: {error}.", lost_nothing)
    finally:
        with contextlib.suppress(Error):
            await client.close()
    return Finding("NATS", "ok", f"It answers at {shown} and keeps {account.storage // 1024**2:,} MiB of events.")
