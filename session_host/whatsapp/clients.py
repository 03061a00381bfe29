"""The clients of a process: makes them, and sets the process up for them."""

from __future__ import annotations

import resource
import sys

from session_host.whatsapp.call_threads import CallThreads
from session_host.whatsapp.client import LOOKUPS_AT_ONCE, QUESTIONS_AT_ONCE, OnEvent, OnSignal, WhatsAppClient
from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.connection import Connection
from session_host.whatsapp.healing import SendDeadlines
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.declarations import allow_unknown_values
from session_host.whatsapp.library.files import library_files
from session_host.whatsapp.library.gate import Gate
from session_host.whatsapp.library.neonize_client import library_file
from session_host.whatsapp.reachability import Reachabilities
from session_host.whatsapp.registering import Registering
from session_host.whatsapp.shared_parts import Shared
from session_host.whatsapp.stand_in import StandIn
from session_host.whatsapp.uploads import Uploads
from shared.outside.addresses import Allowed

_HEADROOM = 16
UPLOAD_BYTES = 100 << 20
_SWITCH_INTERVAL = 0.0005


class NeonizeClients:
    """`ClientFactory`; one per process, made on its event loop.

    Args:
        max_sessions: how many sessions the process may hold: each may block one thread with a send.
        options: of clients that are not given their own.
        allowed: where proxies of keys may be although that is not the world's.
        deadlines: of a send.
        upload_bytes: of files that are uploaded at once.
    """

    def __init__(
        self,
        *,
        max_sessions: int,
        options: ClientOptions | None = None,
        allowed: Allowed | None = None,
        deadlines: SendDeadlines | None = None,
        upload_bytes: int = UPLOAD_BYTES,
    ) -> None:
        # The library's thread waits for the interpreter with a message in its hands, 5 ms each time by default.
        sys.setswitchinterval(_SWITCH_INTERVAL)
        _raise_file_limit()
        allow_unknown_values(library_file())
        self._options = options or ClientOptions()
        files, leftovers = library_files(library_file()), Leftovers()
        self._shared = Shared(
            gate=Gate(),
            calls=CallThreads(max_sessions + _HEADROOM),
            lookups=CallThreads(max_sessions * LOOKUPS_AT_ONCE, "whatsapp-lookup"),
            questions=CallThreads(max_sessions * QUESTIONS_AT_ONCE, "whatsapp-question"),
            reachabilities=Reachabilities(allowed or Allowed()),
            registering=Registering(),
            deadlines=deadlines or SendDeadlines(),
            closing={},
            files=files,
            stand_in=StandIn(files),
            leftovers=leftovers,
            uploads=Uploads(leftovers, upload_bytes),
        )

    def __call__(
        self,
        auth_database: str,
        *,
        on_signal: OnSignal,
        on_event: OnEvent,
        tenant: str = "",
        options: ClientOptions | None = None,
    ) -> WhatsAppClient:
        """A client of the auth database at this path (made when missing); tenants connect in turns."""
        own = options or self._options
        return Connection(auth_database, self._shared, own, on_signal=on_signal, on_event=on_event, tenant=tenant)

    @property
    def leftovers(self) -> Leftovers:
        """What the library has kept of clients that are gone."""
        return self._shared.leftovers


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
