"""Which addresses a stranger may have the gateway connect to: those of the whole world, and none of ours.

What is special is Python's table of IANA's registries (`ipaddress`); addresses that carry another one inside are what
that one is.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WITH_V4_AT_THE_END: Final = (
    ipaddress.IPv6Network("::/96"),
    ipaddress.IPv6Network("::ffff:0:0/96"),
    ipaddress.IPv6Network("::ffff:0:0:0/96"),
    ipaddress.IPv6Network("64:ff9b::/96"),
)
"""Compatible, mapped and translated addresses, and those of NAT64 (RFC 4291, 2765, 6052)."""
_SIX_TO_FOUR: Final = ipaddress.IPv6Network("2002::/16")
_NEVER: Final = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv4Network("192.88.99.0/24"))
"""NAT64 of a site, which nobody can look into; the relays of 6to4."""
_V4: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be connected to although it is not the world's."""

    hosts: frozenset[str] = frozenset()
    """Names, lower case: whatever they resolve to."""
    networks: tuple[Network, ...] = ()

    @classmethod
    def named(cls, text: str) -> Allowed:
        """Those of a setting: names, addresses and networks, with commas. Raises ValueError."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for each in filter(None, (part.strip().lower() for part in text.split(","))):
            try:
                networks.append(ipaddress.ip_network(each))
            except ValueError as error:
                if "/" in each or ":" in each or each[-1].isdigit():
                    raise ValueError(f"'{each}' is no host, address or network: {error}") from None
                hosts.add(each.rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def permits(self, host: str, address: str) -> bool:
        """Whether a connection may be made to this address, which `host` resolved to."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        meant = ipaddress.ip_address(address)
        return any(meant in network for network in self.networks) or _is_of_the_world(meant)


def _is_of_the_world(address: Address) -> bool:
    if any(address in network for network in _NEVER):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _WITH_V4_AT_THE_END):
            return _is_of_the_world(ipaddress.IPv4Address(int(address) & _V4))
        if address in _SIX_TO_FOUR:
            return _is_of_the_world(ipaddress.IPv4Address(int(address) >> 80 & _V4))
        if address.is_site_local:
            return False
    return (
        address.is_global
        and not address.is_private
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_link_local
    )
