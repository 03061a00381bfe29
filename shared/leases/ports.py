"""The port to the leases of shards."""

from __future__ import annotations

from typing import Protocol

from shared.leases.model import Lease


class Leases(Protocol):
    """Where leases are kept. Every change is one conditional write."""

    async def begin(self, owner: str, host: str, *, room: int, folder: str = "", release: str = "") -> Lease:
        """A shard starts: its row, made when missing, alive, holding nothing, its version raised, its journal its own.

        It drains when its row said so: a shard that died meanwhile is still not to take sessions.
        """
        ...

    async def renew(self, lease: Lease, *, held: int, room: int, waiting: int = 0) -> Lease | None:
        """Raise the version and write what it holds and what waits; the row as it is now (`draining` may be set).

        None, and nothing written, when the row has another version than this lease, is dead or is gone: the shard has
        lost its lease. A renewal whose answer was lost and that is tried again with the same lease is none of these: it
        returns the row.
        """
        ...

    async def all(self) -> list[Lease]:
        """Every lease, dead ones too, sorted by owner, as every finished write left them."""
        ...

    async def declare_dead(self, lease: Lease) -> bool:
        """Mark it dead if its version is still this one; whether it is dead now by this version."""
        ...

    async def leave(self, lease: Lease, *, now: int) -> bool:
        """Note when its journal was found out of reach, if it is dead by this version and nobody has noted it before.

        Whether this call did.
        """
        ...

    async def remove(self, lease: Lease) -> bool:
        """Remove the row if its version is still this one; False when it is another's business now or was gone."""
        ...

    async def set_draining(self, host: str, *, draining: bool) -> int:
        """Ask all living shards of a host to give their sessions away (or to take them again); how many there are."""
        ...
