"""What a key is narrowed to, checked: where it is used, which sessions it names, which chats it reaches.

Every check of it is here. Who asks for something of a session goes through `functions.hosts.session_rows`, which asks
`check_session`; a chat that a request names is read by `functions.http.chats`, which asks `check_chat`. A route that
says nothing of chats (`functions.routing.Chats`) is closed to a key that is limited to some.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Literal

from functions.access.client_address import address_named
from shared.errors import AddressNotAllowed, ChatNotAllowed, SessionNotAllowed
from shared.tenants.model import ApiKey

Chats = Literal["closed", "none", "checked"]
"""What a route has to do with chats: others than those that a key is limited to are reached; none; only those."""


def check_address(key: ApiKey, client: str) -> None:
    """Return when the key may be used from there; raises AddressNotAllowed."""
    if key.limits.addresses and not _is_within(client, key.limits.addresses):
        raise AddressNotAllowed(
            f"This API key may not be used from the address {client or 'that this request comes from'}. "
            f"{AddressNotAllowed.remedy}"
        )


def check_session(key: ApiKey, name: str) -> None:
    """Return when a session of this name may be the key's; raises SessionNotAllowed."""
    if not key.limits.have_session(name):
        raise SessionNotAllowed(
            f"This API key is limited to other sessions than '{name}'. {SessionNotAllowed.remedy}", sessionId=name
        )


def check_chat(key: ApiKey, chat: str) -> None:
    """Return when the key may write to this chat and read it; raises ChatNotAllowed."""
    if not key.limits.have_chat(chat):
        raise ChatNotAllowed(f"This API key is limited to other chats than '{chat}'. {ChatNotAllowed.remedy}")


def check_route(key: ApiKey, chats: Chats) -> None:
    """Return when the key reaches no other chats by the route; raises ChatNotAllowed."""
    if key.limits.chats and chats == "closed":
        raise ChatNotAllowed(
            "This API key is limited to some chats, and this route reaches other chats too. GET /api/key lists its "
            "chats; docs/keys.md says what such a key may do."
        )


@lru_cache(maxsize=4096)
def _is_within(client: str, networks: tuple[str, ...]) -> bool:
    address = address_named(client)
    return address is not None and any(address in ipaddress.ip_network(network) for network in networks)
