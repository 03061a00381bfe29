"""Whose request it is when proxies are between: the rightmost hop of `X-Forwarded-For` that is none of them.

Every proxy appends the address it was called from. What stands before the first word of a proxy of ours was written by
the caller, who may write anything.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.types import ASGIApp, Receive, Scope, Send

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ANYBODY = "*"
_CUSTOMER = 64
"""Bits of an IPv6 address that name a customer of a provider: that many are given to one at least."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies in front of the API. Make it with `named`."""

    networks: tuple[Network, ...]
    whoever_connects: bool = False

    @classmethod
    def named(cls, text: str) -> Proxies:
        """Those of a setting: addresses and networks with commas, or `*` for whoever connects, and nobody behind it.

        Raises:
            ValueError: something else stands there.
        """
        if text.strip() == _ANYBODY:
            return cls((), whoever_connects=True)
        return cls(tuple(network_named(part.strip()) for part in text.split(",") if part.strip()))

    def __bool__(self) -> bool:
        return self.whoever_connects or bool(self.networks)

    def trusts(self, peer: str) -> bool:
        """Whether what this peer says of its caller is believed."""
        return self.whoever_connects or self._is_one(address_named(peer))

    def client_of(self, peer: str, forwarded: Iterable[bytes]) -> str:
        """Who called, by the headers of a request that came from this peer."""
        if not self.trusts(peer):
            return peer
        hops = [hop for value in forwarded for hop in value.decode("latin-1").split(",")]
        client = peer
        for hop in reversed(hops):
            address = address_named(_without_port(hop.strip()))
            if address is None:
                break
            client = str(address)
            if not self._is_one(address):
                break
        return client

    def _is_one(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self.networks)


def network_named(text: str) -> Network:
    """The network, or the one address, that a text is. Raises ValueError."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"'{text[:80]}' is not an address or a network, such as 10.0.0.0/8") from None


def address_named(text: str) -> Address | None:
    """The address that a text is; one of IPv4 that is written as one of IPv6 is that; None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def customer(address: str) -> str:
    """Whom an address stands for: itself, or its /64 when it is one of IPv6."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(parsed), _CUSTOMER), strict=False))


def behind(proxies: Proxies, app: ASGIApp) -> ASGIApp:
    """The application, which finds the caller's address where the proxy's was."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        if asked["type"] in {"http", "websocket"} and asked["client"]:
            peer, port = asked["client"]
            forwarded = [value for name, value in asked["headers"] if name == b"x-forwarded-for"]
            asked["client"] = (proxies.client_of(peer, forwarded), port)
        await app(scope, receive, send)

    return serve


def _without_port(text: str) -> str:
    """`192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write them."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The caller's, with the proxies of ours left out; empty when the server does not know it."""
    client = connection.client
    return client.host if client else ""
