"""The proxy to WhatsApp: its setting is read here, for whoever uses it and for whoever looks what is wrong."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import quote, unquote, urlsplit

PROXY_VARIABLES = ("WHATSAPP_PROXY", "WAGATE_WHATSAPP_PROXY")
"""Environment variables that may hold it; the first that is set counts."""
_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_USER_INFO = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*")
"""What a URL may have before its host (RFC 3986, 3.2.1); the library refuses anything else."""
_FORM = "Write it like http://host:3128 or http://user:password@host:3128"
_ENCODE = "with special characters of a password percent-encoded: '#' is %23, '@' %40, '/' %2F"

HIDDEN = "***"
"""Stands for user and password where a proxy is shown."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it is, and who asks."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str = field(repr=False)

    def __str__(self) -> str:
        """Without the password."""
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read the setting. Raises ValueError, in words without the URL: there may be a password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port  # raises for what is no number
        except ValueError:
            raise ValueError(f"it is not the address of a proxy. {_FORM}, {_ENCODE}.") from None
        if parts.scheme not in _DEFAULT_PORTS:
            raise ValueError(f"it is not an http://, https:// or socks5:// address. {_FORM}.")
        if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError(f"it is not exactly the address of a proxy. {_FORM}, {_ENCODE}.")
        if not _USER_INFO.fullmatch(parts.netloc.rpartition("@")[0]):
            raise ValueError(f"its user or password has characters that an address cannot have. {_FORM}, {_ENCODE}.")
        user = None if parts.username is None else unquote(parts.username)
        return cls(
            parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme], user, unquote(parts.password or "")
        )

    @property
    def url(self) -> str:
        """What `parse` reads it from, with the password."""
        who = "" if self.user is None else f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{who}{host}:{self.port}"

    @property
    def shown(self) -> str:
        """The same for everybody to see: whoever asks is `***`."""
        return replace(self, user=None).url.replace("//", "//" if self.user is None else f"//{HIDDEN}@", 1)

    @property
    def authorization(self) -> str:
        """The header line that says to an HTTP proxy who asks; empty for nobody."""
        if self.user is None:
            return ""
        given = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return f"Proxy-Authorization: Basic {given}\r\n"


def shown_proxy(url: str) -> str:
    """The URL of a proxy for everybody to see."""
    try:
        return Proxy.parse(url).shown
    except ValueError:
        return HIDDEN


def proxy_of(environment: Mapping[str, str]) -> str | None:
    """The proxy's URL that a session host with this environment uses; None for a direct connection."""
    for name in PROXY_VARIABLES:
        if name in environment:
            return environment[name].strip() or None
    return None
