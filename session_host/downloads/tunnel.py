"""A connection to a media server of WhatsApp's, as the sessions reach WhatsApp: directly, or through the proxy.

By the standard library's HTTP client, on a thread: a host has no other, and this one asks for one thing.
"""

from __future__ import annotations

import http.client
import ssl
from functools import lru_cache

from shared.proxy import Proxy

HOST, PORT = "mmg.whatsapp.net", 443
"""Of files always this one: the address that a message says is its sender's."""
_WITHIN = 30.0
"""Seconds for each answer of the network."""


def connection(proxy: Proxy | None, host: str = HOST) -> http.client.HTTPSConnection:
    """One that is not open yet."""
    if proxy is None:
        return http.client.HTTPSConnection(host, PORT, timeout=_WITHIN, context=_trust())
    return _Through(proxy, host)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Through(http.client.HTTPSConnection):
    """Through an HTTP or a SOCKS 5 proxy, which looks the name up."""

    def __init__(self, proxy: Proxy, host: str) -> None:
        from python_socks import ProxyType  # noqa: PLC0415 - few sessions have a proxy
        from python_socks.sync import Proxy as Way  # noqa: PLC0415

        super().__init__(host, PORT, timeout=_WITHIN, context=_trust())
        kind = ProxyType.SOCKS5 if proxy.scheme == "socks5" else ProxyType.HTTP
        self._way = Way(kind, proxy.host, proxy.port, proxy.user, proxy.password or None, rdns=True)

    def connect(self) -> None:
        """Connect. Raises OSError."""
        from python_socks import ProxyError  # noqa: PLC0415

        try:
            plain = self._way.connect(self.host, PORT, timeout=_WITHIN)
        except ProxyError as error:
            raise OSError(f"the proxy does not reach {self.host}: {error}") from error
        try:
            self.sock = _trust().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
