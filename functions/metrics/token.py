"""What opens the metrics: a token of their own, which opens nothing else, or the admin key."""

from __future__ import annotations

import hmac

from functions.auth import AdminKey
from shared.ids import hash_api_key


class MetricsToken:
    """Only its hash is kept."""

    def __init__(self, token: str | None, admin_key: AdminKey) -> None:
        self._hash = hash_api_key(token) if token else None
        self._admin_key = admin_key

    def check(self, given: str, client: str) -> None:
        """Return when it is the token or the admin key; raises what `AdminKey.check` does."""
        if self._hash is None or not hmac.compare_digest(hash_api_key(given), self._hash):
            self._admin_key.check(given, client)
