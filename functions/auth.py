"""Who is asking: API keys, remembered for at most 30 s, and the admin key."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from functions.failed_attempts import FailedAttempts
from shared import tracing
from shared.errors import (
    AdminKeyInvalid,
    KeyExpired,
    KeyInvalid,
    KeyRevoked,
    TooManyRequests,
)
from shared.ids import API_KEY_PREFIX, hash_api_key, now_ms
from shared.tenants.model import ApiKey
from shared.tenants.ports import ApiKeys

_UNKNOWN_FOR = 5.0
"""Seconds for which a key that was not found is refused without asking the store."""
_AT_MOST = 10_000
_LONGEST = 200

V = TypeVar("V")


@dataclass(slots=True)
class _Seen:
    key: ApiKey
    believed_until: float


class Authenticator:
    """Finds the key behind a secret.

    A key is believed for `believe_for` seconds, so a revoked one stops within that time in every process, and at once
    in the process that revoked it. Secrets are held as hashes only.
    """

    def __init__(
        self,
        keys: ApiKeys,
        failures: FailedAttempts,
        *,
        believe_for: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._failures = failures
        self._believe_for = believe_for
        self._clock = clock
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()

    async def key_of(self, secret: str, client: str) -> ApiKey:
        """The usable key with this secret.

        Args:
            secret: what the caller sent.
            client: the caller's address; too many wrong keys from it are refused for a while. A key that was good
                before passes all the same: one bad client behind a shared address does not shut out the others.

        Raises:
            KeyInvalid: there is no such key.
            KeyRevoked: see there.
            KeyExpired: see there.
            TooManyRequests: this address sent too many wrong keys.
        """
        key_hash = hash_api_key(secret)
        seen = self._seen.get(key_hash)
        if seen is None or seen.believed_until <= self._clock():
            if seen is None:
                self._refuse_guessing(client)
            key = await self._look_up(secret, key_hash)
            if key is None:
                self._failures.note(client)
                raise KeyInvalid
        else:
            key = seen.key
        self._check(key, client)
        return key

    def forget(self, key_id: str) -> None:
        """Ask the store for this key the next time."""
        for key_hash in [key_hash for key_hash, seen in self._seen.items() if seen.key.id == key_id]:
            del self._seen[key_hash]

    def _refuse_guessing(self, client: str) -> None:
        wait = self._failures.wait(client)
        if wait is not None:
            raise TooManyRequests(
                "Too many wrong keys came from your address. Wait 'Retry-After' seconds.", retry_after=wait
            )

    async def _look_up(self, secret: str, key_hash: str) -> ApiKey | None:
        if not secret.startswith(API_KEY_PREFIX) or len(secret) > _LONGEST:
            return None
        if self._unknown.get(key_hash, 0.0) > self._clock():
            return None
        with tracing.step("find key"):
            key = await self._keys.by_hash(key_hash)
        if key is None:
            self._seen.pop(key_hash, None)
            _put(self._unknown, key_hash, self._clock() + _UNKNOWN_FOR)
        else:
            _put(self._seen, key_hash, _Seen(key, self._clock() + self._believe_for))
        return key

    def _check(self, key: ApiKey, client: str) -> None:
        if not key.active:
            self._failures.note(client)
            raise KeyRevoked
        if key.expires_at is not None and key.expires_at <= now_ms():
            self._failures.note(client)
            raise KeyExpired


def _put(mapping: OrderedDict[str, V], key: str, value: V) -> None:
    mapping[key] = value
    mapping.move_to_end(key)
    if len(mapping) > _AT_MOST:
        mapping.popitem(last=False)


class HeldSecret:
    """A secret of which only the hash is kept; None is no secret at all, which nothing is."""

    def __init__(self, secret: str | None) -> None:
        self._hash = hash_api_key(secret) if secret else None

    def __bool__(self) -> bool:
        return self._hash is not None

    def is_it(self, given: str) -> bool:
        """Whether this is the secret; takes as long whatever is wrong with it."""
        return self._hash is not None and hmac.compare_digest(hash_api_key(given), self._hash)


class AdminKey:
    """The key of the admin routes."""

    def __init__(self, secret: str | None, failures: FailedAttempts) -> None:
        self._secret = HeldSecret(secret)
        self._failures = failures

    def check(self, given: str, client: str) -> None:
        """Return when it is the admin key.

        Raises:
            AdminKeyInvalid: it is not, or the gateway was started without one.
            TooManyRequests: this address sent too many wrong keys.
        """
        if not self._secret:
            raise AdminKeyInvalid("The gateway was started without an admin key: set WAGATE_ADMIN_KEY.")
        if self._secret.is_it(given):
            return
        wait = self._failures.wait(client)
        if wait is not None:
            raise TooManyRequests(
                "Too many wrong keys came from your address. Wait 'Retry-After' seconds.", retry_after=wait
            )
        self._failures.note(client)
        raise AdminKeyInvalid
