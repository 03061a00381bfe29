"""Who is asking: API keys, remembered for at most 30 s."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from functions.access.failed_attempts import FailedAttempts
from functions.access.limits import check_address
from shared.errors import KeyExpired, KeyInvalid, KeyRevoked, SecretReplaced
from shared.ids import ADMIN_KEY_PREFIX, API_KEY_PREFIX, hash_api_key, now_ms
from shared.observing import traces as tracing
from shared.tenants.model import ApiKey
from shared.tenants.ports import ApiKeys

_UNKNOWN_FOR = 5.0
"""Seconds for which a key that was not found is refused without asking the store."""
_AT_MOST = 10_000
_LONGEST = 200
_GUESSES_AT_ONCE = 4
"""Keys looked up at once for addresses that sent too many wrong ones: no flood of them takes the store from others."""

V = TypeVar("V")


@dataclass(slots=True)
class _Seen:
    key: ApiKey
    believed_until: float


class Authenticator:
    """Finds the key behind a secret.

    A key is believed for `believe_for` seconds, so a revoked one stops within that time in every process, and at once
    in the process that revoked it. Secrets are held as hashes only.

    A key is looked up before anything is refused: many callers may share an address, and none of them may shut out the
    others. Guessing 256 random bits needs no limit; the limit keeps those who try from the store's other work.
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
        self._of_guessers = asyncio.Semaphore(_GUESSES_AT_ONCE)

    async def key_of(self, secret: str, client: str) -> ApiKey:
        """The usable key with this secret.

        Args:
            secret: what the caller sent.
            client: the caller's address; after too many wrong keys from it wrong ones are told to wait, good ones pass.

        Raises:
            KeyInvalid: there is no such key.
            KeyRevoked: see there.
            KeyExpired: see there.
            SecretReplaced: see there.
            AddressNotAllowed: see there.
            TooManyRequests: it is wrong, as too many from this address were.
        """
        key_hash = hash_api_key(secret)
        seen = self._seen.get(key_hash)
        if seen is not None and seen.believed_until > self._clock():
            key = seen.key
        else:
            key = await self._look_up(secret, key_hash, client)
            if key is None:
                self._failures.refuse_guessing(client)
                self._failures.note(client)
                raise KeyInvalid(_not_an_api_key(secret))
        self._check(key, key_hash, client)
        return key

    def forget(self, key_id: str) -> None:
        """Ask the store for this key the next time."""
        for key_hash in [key_hash for key_hash, seen in self._seen.items() if seen.key.id == key_id]:
            del self._seen[key_hash]

    async def _look_up(self, secret: str, key_hash: str, client: str) -> ApiKey | None:
        if not secret.startswith(API_KEY_PREFIX) or len(secret) > _LONGEST:
            return None
        if self._unknown.get(key_hash, 0.0) > self._clock():
            return None
        guesses = self._failures.wait(client) is not None
        async with self._of_guessers if guesses else contextlib.nullcontext():
            with tracing.step("find key"):
                key = await self._keys.by_hash(key_hash)
        if key is None:
            self._seen.pop(key_hash, None)
            _put(self._unknown, key_hash, self._clock() + _UNKNOWN_FOR)
        else:
            _put(self._seen, key_hash, _Seen(key, self._clock() + self._believe_for))
        return key

    def _check(self, key: ApiKey, key_hash: str, client: str) -> None:
        if not key.active:
            self._failures.note(client)
            raise KeyRevoked
        if key.expires_at is not None and key.expires_at <= now_ms():
            self._failures.note(client)
            raise KeyExpired
        until = key.works_until(key_hash)
        if until is not None and until <= now_ms():
            self._failures.note(client)
            raise SecretReplaced
        check_address(key, client)


def _not_an_api_key(secret: str) -> str | None:
    """What to say of a key that cannot be one, by its beginning alone; None when it may have been."""
    if secret.startswith(ADMIN_KEY_PREFIX):
        return "This is the admin key, which works only for the routes below /api/admin. An API key begins with wa_."
    if not secret.startswith(API_KEY_PREFIX):
        return f"This is not an API key: an API key begins with wa_. {KeyInvalid.remedy}"
    return None


def _put(mapping: OrderedDict[str, V], key: str, value: V) -> None:
    mapping[key] = value
    mapping.move_to_end(key)
    if len(mapping) > _AT_MOST:
        mapping.popitem(last=False)
