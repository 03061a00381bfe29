"""Keeps web pages out: the control API listens on this machine, and so does every browser of it.

A page of anywhere may send a form or plain text to any address without being asked, and a name of its own may lead to
this machine (DNS rebinding). Neither can it hide where it comes from, nor say that its text is JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.control.errors import ControlError

_JSON: Final = "application/json"
_CHANGE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@web.middleware
async def programs_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what a page of elsewhere could have sent: 403 for where it comes from, 415 for a body that is no JSON."""
    if not _is_here(f"//{request.headers.get('Host', '')}"):
        raise ControlError(403, "the header 'Host' is not this machine: use http://127.0.0.1 or http://localhost")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_here(origin):
        raise ControlError(403, "pages of elsewhere may not ask for anything here")
    if request.method in _CHANGE and request.can_read_body and request.content_type != _JSON:
        raise ControlError(415, f"the body has to be JSON: send 'Content-Type: {_JSON}'")
    return await handler(request)


def _is_here(url: str) -> bool:
    """Whether a URL leads to this machine by a name that nobody else can give."""
    try:
        host = urlsplit(url).hostname
        return host == "localhost" or (host is not None and ip_address(host).is_loopback)
    except ValueError:
        return False
