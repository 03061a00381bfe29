"""The secrets of whoever runs the gateway: the admin key, and the token of the metrics."""

from __future__ import annotations

import hmac

from functions.access.failed_attempts import FailedAttempts
from shared.errors import AdminKeyInvalid
from shared.ids import API_KEY_PREFIX, hash_api_key


class HeldSecret:
    """A secret of which only the hash is kept; None is no secret at all, which nothing is."""

    def __init__(self, secret: str | None) -> None:
        self._hash = hash_api_key(secret) if secret else None

    def __bool__(self) -> bool:
        return self._hash is not None

    @property
    def mark(self) -> str | None:
        """What tells this secret from another, and nothing of what it is; None when there is none."""
        return None if self._hash is None else hash_api_key(f"mark {self._hash}")[:32]

    def is_it(self, given: str) -> bool:
        """Whether this is the secret; takes as long whatever is wrong with it."""
        return self._hash is not None and hmac.compare_digest(hash_api_key(given), self._hash)


_NONE = HeldSecret(None)


class AdminKey:
    """The key of the admin routes."""

    def __init__(self, secret: str | None, failures: FailedAttempts) -> None:
        self._secret = HeldSecret(secret)
        self._failures = failures

    @property
    def mark(self) -> str | None:
        """What tells this key from another one; None when there is none."""
        return self._secret.mark

    def is_still(self, mark: str) -> bool:
        """Whether the key is the one that had this mark."""
        return self.mark is not None and hmac.compare_digest(mark, self.mark)

    def check(self, given: str, client: str, *, or_it_is: HeldSecret = _NONE) -> None:
        """Return when it is the admin key, or the other secret that does as well.

        Nothing is compared for an address that sent too many wrong ones: people choose this key, so it can be guessed.

        Raises:
            AdminKeyInvalid: it is not, or the gateway was started without one.
            TooManyRequests: this address sent too many wrong keys.
        """
        if not self._secret and not or_it_is:
            raise AdminKeyInvalid("The gateway was started without an admin key: set WAGATE_ADMIN_KEY.")
        self._failures.refuse_guessing(client)
        if self._secret.is_it(given) or or_it_is.is_it(given):
            return
        self._failures.note(client)
        if given.startswith(API_KEY_PREFIX):
            raise AdminKeyInvalid(f"This is an API key, but this route needs the admin key. {AdminKeyInvalid.remedy}")
        raise AdminKeyInvalid


class MetricsToken:
    """What opens the metrics: a token of their own, which opens nothing else, or the admin key."""

    def __init__(self, token: str | None, admin_key: AdminKey) -> None:
        self._token = HeldSecret(token)
        self._admin_key = admin_key

    def check(self, given: str, client: str) -> None:
        """Return when it is the token or the admin key; raises what `AdminKey.check` does."""
        self._admin_key.check(given, client, or_it_is=self._token)
