"""A connection to WhatsApp's media server, as the sessions reach WhatsApp: directly, or through the proxy.

By the standard library, on a thread: the host has no HTTP client otherwise, and this one asks for one thing.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from functools import lru_cache

from shared.proxy import Proxy

HOST, PORT = "mmg.whatsapp.net", 443
"""Always this one: the address that a message says is its sender's."""
_WITHIN = 30.0
"""Seconds for each answer of the network."""
_VERSION, _NO_NAME, _BY_NAME, _CONNECT, _HOST_NAME = 5, 0, 2, 1, 3
_LENGTH_OF_ADDRESS = {1: 4, 4: 16}


def connection(proxy: Proxy | None) -> http.client.HTTPSConnection:
    """One that is not open yet."""
    if proxy is None:
        return http.client.HTTPSConnection(HOST, PORT, timeout=_WITHIN, context=_trust())
    if proxy.scheme == "socks5":
        return _BySocks(proxy)
    made = http.client.HTTPSConnection(proxy.host, proxy.port, timeout=_WITHIN, context=_trust())
    name, _, value = proxy.authorization.strip().partition(": ")
    made.set_tunnel(HOST, PORT, {name: value} if value else None)
    return made


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _BySocks(http.client.HTTPSConnection):
    """Through a SOCKS 5 proxy (RFC 1928, RFC 1929), which looks the name up."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(HOST, PORT, timeout=_WITHIN, context=_trust())
        self._proxy = proxy

    def connect(self) -> None:
        """Connect. Raises OSError."""
        plain = socket.create_connection((self._proxy.host, self._proxy.port), _WITHIN)
        try:
            self._ask(plain)
            self.sock = _trust().wrap_socket(plain, server_hostname=HOST)
        except BaseException:
            plain.close()
            raise

    def _ask(self, plain: socket.socket) -> None:
        user = self._proxy.user
        plain.sendall(bytes((_VERSION, 1, _NO_NAME if user is None else _BY_NAME)))
        if _read(plain, 2)[1] != (_NO_NAME if user is None else _BY_NAME):
            raise OSError("the proxy takes another way to say who asks")
        if user is not None:
            name, password = user.encode(), self._proxy.password.encode()
            plain.sendall(bytes((1, len(name))) + name + bytes((len(password),)) + password)
            if _read(plain, 2)[1]:
                raise OSError("the proxy refuses user and password")
        host = HOST.encode()
        plain.sendall(bytes((_VERSION, _CONNECT, 0, _HOST_NAME, len(host))) + host + PORT.to_bytes(2, "big"))
        _, refused, _, kind = _read(plain, 4)
        if refused:
            raise OSError(f"the proxy does not reach {HOST}: {refused}")
        _read(plain, (_LENGTH_OF_ADDRESS.get(kind) or _read(plain, 1)[0]) + 2)


def _read(plain: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = plain.recv(size - len(data))
        if not more:
            raise OSError("the proxy closed the connection")
        data += more
    return data
