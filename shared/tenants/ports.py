"""The port to API keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from shared.tenants.model import ApiKey, KeyNews, KeyUse


class ApiKeys(Protocol):
    """Where keys are kept."""

    async def add(self, key: ApiKey, news: KeyNews | None = None) -> None:
        """Store a new key. Here as below, what is to be told of it is kept by the same write, until it is `told`."""
        ...

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, or that had it before, revoked and expired ones too; or None."""
        ...

    async def get(self, key_id: str) -> ApiKey | None:
        """The key with this id, or None."""
        ...

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        ...

    async def revoke(self, key_id: str, news: KeyNews | None = None) -> bool:
        """Make a key useless but keep its row; False when there is none. May be repeated: only the first is news."""
        ...

    async def change(self, key: ApiKey, news: KeyNews | None = None) -> bool:
        """Store what it may do, its limits and its secrets, as version + 1.

        False when there is no such key, or it has another version than this. Everything else of it stays.
        """
        ...

    async def warn(self, key_id: str, times: int, news: KeyNews) -> bool:
        """Note that it was said so often that a key ends soon; False when it was, or there is no such key."""
        ...

    async def news(self) -> list[KeyNews]:
        """What happened to keys and was not told, in the order of each key."""
        ...

    async def told(self, news: KeyNews) -> None:
        """Keep it no more. May be repeated."""
        ...

    async def delete(self, key_id: str) -> bool:
        """Remove the row; False when there is none."""
        ...

    async def record_use(self, uses: Mapping[str, KeyUse]) -> None:
        """Add to the counters of keys by id; `last_used` only rises; unknown ids are ignored."""
        ...
