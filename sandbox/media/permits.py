"""What the media servers hand out and check: the right to upload, and paths that let anybody download for a while."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Final

_MAC: Final = 16  # bytes
_PATH: Final = "/v/t62.7118-24/"
_NEWSLETTER_PATH: Final = "/m1/v/t24/"


class Permits:
    """Signs and checks with one key, so that nothing has to be kept.

    Args:
        key: The server's own; the same after a restart.
        lifetime: Seconds for which a path is good.
    """

    def __init__(self, key: bytes, lifetime: float) -> None:
        self._key = key
        self._lifetime = lifetime

    def auth(self, device: tuple[str, int], lifetime: float) -> str:
        """Return a new right to upload for a device (number, device id), good for `lifetime` seconds."""
        claim = f"{device[0]}:{device[1]}:{int(time.time() + lifetime)}:{secrets.token_hex(4)}".encode()
        return base64.urlsafe_b64encode(claim + self._mac(claim)).decode().rstrip("=")

    def uploader(self, auth: str) -> tuple[str, int] | None:
        """Return the device whose right to upload this is; None when it is forged or over."""
        try:
            signed = base64.urlsafe_b64decode(auth + "=" * (-len(auth) % 4))
        except (binascii.Error, ValueError):
            return None
        claim = signed[:-_MAC]
        if not hmac.compare_digest(signed[-_MAC:], self._mac(claim)):
            return None
        number, device, until, _ = claim.decode().split(":")
        return (number, int(device)) if int(until) >= time.time() else None

    def direct_path(self, token: str, *, newsletter: bool = False) -> str:
        """Return the path by which a file can be downloaded; clients append to it, so it ends in a query."""
        until = f"{int(time.time() + self._lifetime):X}"
        path = _NEWSLETTER_PATH if newsletter else _PATH
        return f"{path}{token}?ccb=11-4&oh={self._signature(token, until)}&oe={until}&_nc_sid=5e03e0"

    def allows(self, token: str, query: Mapping[str, str]) -> bool:
        """Tell whether a path with this query was handed out for a file, and is still good."""
        until, signature = query.get("oe", ""), query.get("oh", "")
        if not hmac.compare_digest(signature.encode(), self._signature(token, until).encode()):
            return False
        return int(until, 16) >= time.time()

    def _signature(self, token: str, until: str) -> str:
        return self._mac(f"{token} {until}".encode()).hex()

    def _mac(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, hashlib.sha256)[:_MAC]
