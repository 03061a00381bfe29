"""How many logins of one key a shard has under way, so that a thousand of one do not keep another from its first code.

A login is a session without a pairing that has a client: it shows codes, or is about to. It is under way from when it
is admitted until it is paired, rests or leaves this shard.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.errors import TooManyLogins

LEFT_ALONE = 60.0
"""Seconds after which a login that nobody asked about gives its place to one that somebody asks for."""


class LoginShare:
    """The logins of a shard, by key; each key's from who was not asked about for longest."""

    def __init__(self, per_key: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_key = per_key
        self._clock = clock
        self._asked: dict[str, dict[str, float]] = {}
        self._key_of: dict[str, str] = {}

    def admit(self, key_id: str, uid: str) -> str | None:
        """Let a login begin, or go on: it was asked for. The uid of the one that has to give way to it, or None.

        Raises:
            TooManyLogins: the key has as many as it may have, all of them asked about a moment ago.
        """
        logins, now = self._asked.setdefault(key_id, {}), self._clock()
        gives_way: str | None = None
        if uid not in logins and len(logins) >= self._per_key:
            oldest, asked = next(iter(logins.items()))
            if now - asked < LEFT_ALONE:
                raise TooManyLogins(retry_after=LEFT_ALONE - (now - asked), logins=len(logins))
            self.leave(oldest)
            gives_way = oldest
        logins.pop(uid, None)
        self._asked.setdefault(key_id, logins)[uid] = now
        self._key_of[uid] = key_id
        return gives_way

    def leave(self, uid: str) -> None:
        """It is no login any more. May be repeated."""
        key_id = self._key_of.pop(uid, None)
        if key_id is None:
            return
        logins = self._asked[key_id]
        logins.pop(uid, None)
        if not logins:
            del self._asked[key_id]
