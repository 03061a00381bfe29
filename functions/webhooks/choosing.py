"""What callers choose for a webhook, checked and made ready to be kept."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import orjson

from functions.services import Services
from functions.webhooks.bodies import SECRET_PREFIX
from shared.errors import UrlRefused
from shared.ids import check_session_name
from shared.outside.resolving import NotAllowed, permitted
from shared.recipients import parse_chat
from shared.tenants.model import ApiKey

_SECRET_BYTES = 32
_PORTS = {"http": 80, "https": 443}


async def check_url(url: str, serving: Services) -> None:
    """See that events may be posted there; whoever delivers looks again at every connection.

    Raises UrlRefused.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise UrlRefused("This is not an address that the gateway can post to.") from None
    if not host:
        raise UrlRefused("The address has no host.")
    if "@" in parts.netloc:
        raise UrlRefused(
            "The address has a user or a password in it: use 'headers' instead, whose values nobody can read."
        )
    if ":" in host or host.replace(".", "").isdigit():
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise UrlRefused("Its host is not a valid IP address: write four numbers with dots, or IPv6.") from None
    try:
        await permitted(host, port, serving.allowed)
    except NotAllowed as error:
        raise UrlRefused(inside=str(error)) from error
    except OSError as error:
        raise UrlRefused(f"The name '{host[:80]}' cannot be resolved.", inside=str(error)) from error


async def session_uid(serving: Services, key: ApiKey, name: str | None) -> str | None:
    """The session's; None for none. Raises SessionNotFound and BadSessionName."""
    return None if name is None else (await serving.session_rows.existing(key, check_session_name(name))).uid


def chats_of(texts: Sequence[str], key: ApiKey) -> tuple[str, ...]:
    """Chats as events name them. Raises NumberInvalid."""
    return tuple(dict.fromkeys(str(parse_chat(text, key.default_region)) for text in texts))


def new_secret() -> str:
    """One of 256 bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sealed_headers(headers: Mapping[str, str], serving: Services, about: str) -> str:
    """Further headers as they are kept."""
    return serving.sealer.seal(orjson.dumps(dict(headers)), about) if headers else ""
