"""What opens the metrics: a token of their own, which opens nothing else, or the admin key."""

from __future__ import annotations

from functions.auth import AdminKey, HeldSecret


class MetricsToken:
    """The token, and the key that does as well."""

    def __init__(self, token: str | None, admin_key: AdminKey) -> None:
        self._token = HeldSecret(token)
        self._admin_key = admin_key

    def check(self, given: str, client: str) -> None:
        """Return when it is the token or the admin key; raises what `AdminKey.check` does."""
        if not self._token.is_it(given):
            self._admin_key.check(given, client)
