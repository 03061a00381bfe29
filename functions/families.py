"""Every family of routes: which addresses are its, and how it is loaded when one of them is first asked for.

A family is a module with `FAMILY` in it. It is found by the first word of an address, `groups` in `/api/groups/{jid}`.
What has the same first word is loaded together, so that an address has all of its methods or none (docs/adr/0058).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from litestar import Litestar
from litestar.plugins.core import MsgspecDIPlugin
from typing_extensions import override

from functions.http.requests import set_failure
from shared.many_imports import many_imports

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.plugins import PluginProtocol
    from litestar.types import LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send

MESSAGES: Final = "functions.messages.routes"
METRICS: Final = "functions.metrics.routes"
FAMILIES: Final = {
    "functions.admin.hosts_routes": "admin",
    "functions.admin.routes": "admin",
    "functions.audit.routes": "admin audit",
    "functions.calls.routes": "reject-call",
    "functions.chats.routes": "chats labels mark-chat-read search star-message",
    "functions.console.link_routes": "sessions",
    "functions.console.routes": "/ /console",
    "functions.contacts.routes": "block-list block-user business-profile check-number check-numbers contacts "
    "profile-picture unblock-user",
    "functions.events.routes": "events",
    "functions.forwarders.routes": "admin",
    "functions.groups.routes": "communities group groups invites",
    "functions.health.routes": "/health /ready",
    "functions.inbox.routes": "clear-messages incoming-messages",
    "functions.media.routes": "media upload",
    MESSAGES: "upload",
    METRICS: "/metrics",
    "functions.newsletters.routes": "newsletters",
    "functions.own_key.routes": "key",
    "functions.presence.routes": "get-presence send-recording send-typing set-presence",
    "functions.profile.routes": "contact-link privacy profile-picture update-business-profile update-default-timer "
    "update-profile-name update-profile-picture update-profile-status",
    "functions.reference.routes": "/docs /schema",
    "functions.sessions.login_routes": "pair-code qr",
    "functions.sessions.routes": "sessions status",
    "functions.sessions.transfer_routes": "sessions",
    "functions.status.routes": "status-updates",
    "functions.usage.routes": "admin usage",
    "functions.webhooks.routes": "webhooks",
}
"""The first words of addresses below `/api`, and beginnings of others, by the module that has them."""
SOCKET: Final = "functions.events.web_socket"
"""Serves the one WebSocket; the server lets no other through."""
_OTHERS: Final = (MESSAGES,)
"""Has what below `/api` is nobody's: each kind of message has an address of its own."""


@dataclass(frozen=True, slots=True)
class Family:
    """Routes about one thing."""

    name: str
    """Where docs/http-api.md has those that it describes from their declaration."""
    routes: tuple[HTTPRouteHandler, ...]


def modules_of(path: str) -> tuple[str, ...]:
    """Those that have every route there may be at an address; none where nothing is."""
    match [word for word in path.split("/") if word]:
        case ["api", first, *_]:
            return _MODULES.get(first, _OTHERS)
        case [first, *_]:
            return _MODULES.get(f"/{first}", ())
        case _:
            return _MODULES["/"]


def every_family() -> Iterator[Family]:
    """All of them, loaded: for who describes them."""
    return map(_family, FAMILIES)


def _importing(module: str) -> AbstractContextManager[None]:
    """Around an import: nothing where the module is there, or each time what is alive would be kept for good."""
    return nullcontext() if module in sys.modules else many_imports()


def _family(module: str) -> Family:
    return cast("Family", import_module(module).FAMILY)


_MODULES: Final = {
    word: tuple(module for module, words in FAMILIES.items() if word in words.split())
    for word in " ".join(FAMILIES.values()).split()
}


class ByFamilies(Litestar):
    """Litestar that takes in a family of routes when one of its addresses is first asked for.

    Without its plugins for models of pydantic, pydantic 1 and attrs as arguments: 70 modules, 5 MB.
    """

    def __init__(self, without: Iterable[str], **options: Any) -> None:  # noqa: ANN401 - Litestar's
        """`without`: families, by module, that this application has not."""
        super().__init__(**options)
        self._taken = set(without)
        self._taking: dict[str, asyncio.Task[None]] = {}

    @override
    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] == "websocket":
            scope["litestar_app"] = self
            scope.setdefault("state", {})
            with _importing(SOCKET):
                socket = await asyncio.to_thread(import_module, SOCKET)
            await socket.serve(scope, receive, send)
            return
        if scope["type"] != "lifespan":
            for module in modules_of(scope["path"]):
                try:
                    await self.take(module)
                except Exception as error:  # noqa: BLE001 - it is told where an address is not found for want of it
                    set_failure(scope, error)
        await super().__call__(scope, receive, send)

    async def take(self, module: str) -> None:
        """Have the routes of a family, which is loaded on another thread; raises what its import raises.

        One that failed is tried again by who asks next.
        """
        if module in self._taken:
            return
        taking = self._taking.get(module)
        if taking is None:
            taking = self._taking[module] = asyncio.create_task(self._take(module))
            taking.add_done_callback(lambda _: self._taking.pop(module))
        await asyncio.shield(taking)  # others wait for it too

    async def _take(self, module: str) -> None:
        with _importing(module):
            family = await asyncio.to_thread(_family, module)
            for route in family.routes:
                self.register(copy(route))  # which holds the application from now on; the family's own is everybody's
                await asyncio.sleep(0)  # it takes a millisecond: others are served in between
        self._taken.add(module)

    @staticmethod
    @override
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]
