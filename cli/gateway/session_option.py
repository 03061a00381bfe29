"""The option that says which session a command is about; a shell completes its name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import rich_click as click

from cli.gateway.access import address_of
from shared.ids import DEFAULT_SESSION

_WITHIN = 0.5
"""Seconds, from Tab to names."""
_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def session_option(which: str) -> _Decorator:
    """`--session`; `which` is what the session is to the command, behind "The session (WhatsApp number)"."""
    words = f"The session (WhatsApp number) {which}."
    return click.option(
        "--session", default=DEFAULT_SESSION, show_default=True, help=words, shell_complete=session_names
    )


def session_names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Names of the key's sessions that begin like that; none when the gateway does not say them in time, or may not."""
    found: list[str] = []
    asking = threading.Thread(target=_ask, args=(context.params, found), daemon=True)
    asking.start()
    asking.join(_WITHIN)
    return sorted(name for name in found if name.startswith(begun))


def _ask(given: dict[str, Any], found: list[str]) -> None:
    """By the standard library: an HTTP client that does more takes a tenth of a second to make."""
    url, key = address_of(Path(given.get("data") or "data"), given.get("url")), given.get("key")
    with suppress(OSError, HTTPException, ValueError, KeyError, TypeError):  # what answers may be no gateway
        parts = urlsplit(url)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        asked = connect(parts.netloc.rpartition("@")[2], timeout=_WITHIN)
        asked.request("GET", f"{parts.path}/api/sessions", headers={"X-API-Key": key or ""})
        found += [str(session["sessionId"]) for session in orjson.loads(asked.getresponse().read())["sessions"]]
