"""What stands before every route: the API key with its scopes, or the admin key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, cast

from litestar import HttpMethod
from litestar.handlers.base import BaseRouteHandler

from functions.access.client_address import address_of
from functions.access.limits import check_route
from functions.http.requests import Connection, header, set_standing, set_tenant, tenant
from functions.services import services
from shared.errors import AdminKeyMissing, KeyMissing, ScopeMissing
from shared.tenants.model import ApiKey

_QUERY_NAMES = frozenset(
    {"apikey", "api_key", "api-key", "x-api-key", "x-admin-key", "adminkey", "admin_key", "access_token"}
)
_BEARER = "bearer"
_LENT = "wagate_lent"


class Scope(StrEnum):
    """What a key may do. `*` is everything, also what later versions add."""

    EVERYTHING = "*"
    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_SEND = "messages:send"
    WEBHOOKS = "webhooks"
    """To be told of everything that happens, at addresses of its own."""


Needed = Scope | Literal["any"]
"""What a route asks of a key: a scope, or that it is one."""


async def api_key(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request pass that carries a usable API key with what the route asks of it.

    Raises:
        KeyMissing: there is none, or it is in the address, where logs keep it.
        ScopeMissing: the key may not do that.
        ChatNotAllowed: it is limited to chats, and the route reaches others.
        WagateError: what `Authenticator.key_of` raises.
    """
    if _asks_for_methods(connection):
        return
    lent = _lent(connection)
    secret = api_key_of(connection)
    if lent is not None and lent.key is not None:
        admit(connection, lent.key, handler.opt["scope"])
    elif secret is not None:
        await let_pass(connection, secret, handler.opt["scope"])
    else:
        raise _missing(connection)
    check_route(tenant(connection), handler.opt["chats"])


async def let_pass(connection: Connection, secret: str, scope: Needed) -> None:
    """Note whose request it is, if this key may do that.

    Raises:
        ScopeMissing: it may not.
        WagateError: what `Authenticator.key_of` raises.
    """
    key = await services(connection).authenticator.key_of(secret, address_of(connection))
    admit(connection, key, scope)


def admit(connection: Connection, key: ApiKey, scope: Needed) -> None:
    """Note that a request is this key's, if it may do that. Raises ScopeMissing and RateExceeded."""
    if scope != "any" and scope not in key.scopes and Scope.EVERYTHING not in key.scopes:
        raise ScopeMissing(f"This API key may not do that: it lacks the scope '{scope}'.", scope=scope.value)
    set_standing(connection, services(connection).rates.count(key))
    services(connection).usage.count(key.id)
    set_tenant(connection, key)


async def admin_key(connection: Connection, _: BaseRouteHandler) -> None:
    """Let a request pass that carries the admin key.

    Raises:
        AdminKeyMissing: there is none.
        WagateError: what `AdminKey.check` raises.
    """
    if _asks_for_methods(connection):
        return
    lent = _lent(connection)
    if lent is not None and lent.is_admin:
        return
    secret = header(connection, "X-Admin-Key")
    if not secret:
        if api_key_of(connection):
            raise AdminKeyMissing(f"This route needs the admin key, not an API key. {AdminKeyMissing.remedy}")
        raise AdminKeyMissing
    services(connection).admin_key.check(secret, address_of(connection))


async def metrics_token(connection: Connection, _: BaseRouteHandler) -> None:
    """Let a request pass that carries the token of the metrics, or the admin key.

    Raises:
        AdminKeyMissing: there is neither.
        WagateError: what `MetricsToken.check` raises.
    """
    if _asks_for_methods(connection):
        return
    secret = _bearer_of(connection) or header(connection, "X-Admin-Key")
    if not secret:
        raise AdminKeyMissing("Send 'Authorization: Bearer ...' with WAGATE_METRICS_TOKEN or the admin key.")
    services(connection).metrics_token.check(secret, address_of(connection))


@dataclass(frozen=True, slots=True)
class _Lent:
    """Who asks within this process, in whose place no key is sent."""

    key: ApiKey | None
    is_admin: bool


def lend(scope: Any, key: ApiKey | None, *, is_admin: bool) -> None:  # noqa: ANN401 - ASGI's
    """Let a request that this process itself makes pass as this key's, or as the admin's; its scopes count as always.

    What comes over the network cannot say that: its state is made by the server.
    """
    scope["state"][_LENT] = _Lent(key, is_admin)


def _lent(connection: Connection) -> _Lent | None:
    return cast("_Lent | None", connection.scope["state"].get(_LENT))


def _asks_for_methods(connection: Connection) -> bool:
    """Whether it is an OPTIONS request, which litestar answers itself. The methods of an address are no secret."""
    return connection.scope["type"] == "http" and connection.scope["method"] == HttpMethod.OPTIONS


def api_key_of(connection: Connection) -> str | None:
    """The API key that a request carries; None when it carries none."""
    return header(connection, "X-API-Key") or _bearer_of(connection)


def _bearer_of(connection: Connection) -> str | None:
    kind, _, token = (header(connection, "Authorization") or "").partition(" ")
    return (token.strip() or None) if kind.lower() == _BEARER else None


def key_in_address(connection: Connection) -> KeyMissing | None:
    """What is said to who sent the key in the address; None: nobody did."""
    if not {name.lower() for name in connection.query_params} & _QUERY_NAMES:
        return None
    return KeyMissing(
        "The key is in the address, and logs keep addresses, so the gateway did not read it. Send it in the "
        "header 'X-API-Key: wa_...' "
        "and, if others may see those logs, replace the key."
    )


def _missing(connection: Connection) -> KeyMissing:
    if (in_address := key_in_address(connection)) is not None:
        return in_address
    if header(connection, "X-Admin-Key"):
        return KeyMissing(f"The admin key works only for the routes below /api/admin. {KeyMissing.remedy}")
    if header(connection, "Authorization"):
        return KeyMissing("The header 'Authorization' has to be 'Bearer wa_...'; or use 'X-API-Key: wa_...'.")
    return KeyMissing()
