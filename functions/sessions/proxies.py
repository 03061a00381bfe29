"""Whether a session may go through the proxy that its key names."""

from __future__ import annotations

from shared.errors import BadRequest, ProxyRefused
from shared.outside.addresses import Allowed
from shared.outside.resolving import NotAllowed, permitted
from shared.proxy import HIDDEN, Proxy

_SCHEMES = ("http", "socks5")
"""Not `https`: nothing that the gateway fetches itself speaks TLS to a proxy."""


async def check_proxy(url: str, allowed: Allowed) -> None:
    """Look at its form, and where it is. Whether it lets anybody through is for the session's host to see.

    Raises:
        BadRequest: it is no address of a proxy.
        ProxyRefused: it is where nobody is connected to for strangers, or nowhere.
    """
    proxy = _read(url)
    try:
        await permitted(proxy.host, proxy.port, allowed)
    except NotAllowed as error:
        raise ProxyRefused(inside=str(error)) from error
    except OSError as error:
        raise ProxyRefused("The proxy's name cannot be resolved.", inside=str(error)) from error


def _read(url: str) -> Proxy:
    try:
        proxy = Proxy.parse(url)
    except ValueError as error:
        raise _wrong(str(error)) from None
    if proxy.scheme not in _SCHEMES:
        raise _wrong("it is not an http:// or socks5:// address.")
    if proxy.user == HIDDEN:
        raise _wrong(f"'{HIDDEN}' only stands for user and password: write them in full.")
    return proxy


def _wrong(words: str) -> BadRequest:
    return BadRequest(f"The field 'proxy' is wrong: {words}", field="proxy")
