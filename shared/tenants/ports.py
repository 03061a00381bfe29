"""The port to API keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from shared.tenants.model import ApiKey, KeyUse


class ApiKeys(Protocol):
    """Where keys are kept."""

    async def add(self, key: ApiKey) -> None:
        """Store a new key."""
        ...

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""
        ...

    async def get(self, key_id: str) -> ApiKey | None:
        """The key with this id, or None."""
        ...

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        ...

    async def revoke(self, key_id: str) -> bool:
        """Make a key useless but keep its row; False when there is none. May be repeated."""
        ...

    async def set_max_sessions(self, key_id: str, max_sessions: int | None) -> bool:
        """Say how many sessions a key may have; False when there is no such key."""
        ...

    async def delete(self, key_id: str) -> bool:
        """Remove the row; False when there is none."""
        ...

    async def record_use(self, uses: Mapping[str, KeyUse]) -> None:
        """Add to the counters of keys by id; `last_used` only rises; unknown ids are ignored."""
        ...
