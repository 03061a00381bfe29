"""Brings the small picture that a number shows, from where WhatsApp says that it is; on a thread, a few kilobytes."""

from __future__ import annotations

import http.client
from http import HTTPStatus
from urllib.parse import urlsplit

from session_host.downloads.errors import Unreachable
from session_host.downloads.tunnel import connection
from shared.proxy import Proxy

_OF_WHATSAPP = ".whatsapp.net"
_LARGEST = 128 * 1024
_JPEG = b"\xff\xd8\xff"


def picture_at(url: str, proxy: Proxy | None) -> bytes:
    """The JPEG at an address of WhatsApp's. Raises Unreachable, also for what is none, or is large."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname or "").endswith(_OF_WHATSAPP):
        raise Unreachable("its address is none of WhatsApp's")
    opened = connection(proxy, parts.hostname or "")
    try:
        opened.request("GET", f"{parts.path}?{parts.query}")
        answer = opened.getresponse()
        content = answer.read(_LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    finally:
        opened.close()
    if answer.status != HTTPStatus.OK:
        raise Unreachable(f"WhatsApp answers {answer.status}")
    if len(content) > _LARGEST or not content.startswith(_JPEG):
        raise Unreachable("it is no small picture")
    return content
