"""Leases in DynamoDB."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.leases.kinds import Kind
from shared.leases.model import FIRST_VERSIONS, Lease

_RAISED = "if_not_exists(#version, :before) + :one"
# The second half of the condition is this very renewal, done before, its answer lost.
_RENEWABLE = "#dead = :dead AND (#version = :version OR (#version = :next AND #begun <= :version))"


class DynamoLeases:
    """`shared.leases.ports.Leases`."""

    def __init__(self, table: Table, kind: str = "") -> None:
        """`kind`: of processes that are no shards; each kind sees its own alone."""
        self._table = table
        self._kind = Kind(kind)

    async def begin(self, owner: str, host: str, *, room: int, folder: str = "", release: str = "") -> Lease:
        """A shard starts: its row, made when missing, alive, holding nothing, its version raised; draining stays."""
        change = (
            f"SET #version = {_RAISED}, #begun = {_RAISED}, #host = :host, #held = :none, #room = :room, "
            "#draining = if_not_exists(#draining, :no), #dead = :no, "
            "#folder = :folder, #waiting = :none, #left_at = :none, #release = :release"
        )
        before, its_host = secrets.randbelow(FIRST_VERSIONS), self._kind.named(host)
        values = {"before": before, "one": 1, "host": its_host, "none": 0, "room": room, "no": False}
        values |= {"folder": folder, "release": release}
        return self._kind.own(_lease(await self._table.update(self._key(owner), change, None, values)))

    async def renew(self, lease: Lease, *, held: int, room: int, waiting: int = 0) -> Lease | None:
        """Raise the version and write what it holds; the row as it is now, None when the lease is lost."""
        values = {"version": lease.version, "next": lease.version + 1, "held": held, "room": room, "dead": False}
        change = "SET #version = :next, #held = :held, #room = :room, #waiting = :waiting"
        return await self._change(lease.owner, change, _RENEWABLE, values | {"waiting": waiting})

    async def all(self) -> list[Lease]:
        """Every lease, dead ones too, sorted by owner."""
        leases = self._kind.of([_lease(row) async for row in self._table.scan()])
        return sorted(leases, key=lambda lease: lease.owner)

    async def declare_dead(self, lease: Lease) -> bool:
        """Mark it dead if its version is still this one; whether it is dead now by this version."""
        values = {"version": lease.version, "dead": True}
        return await self._change(lease.owner, "SET #dead = :dead", "#version = :version", values) is not None

    async def leave(self, lease: Lease, *, now: int) -> bool:
        """Note when its journal was found out of reach, once; whether this call did."""
        values = {"version": lease.version, "dead": True, "left_at": now, "none": 0}
        condition = "#version = :version AND #dead = :dead AND (attribute_not_exists(#left_at) OR #left_at = :none)"
        return await self._change(lease.owner, "SET #left_at = :left_at", condition, values) is not None

    async def remove(self, lease: Lease) -> bool:
        """Remove the row if its version is still this one; False when it is another's business now or was gone."""
        with suppress(ConditionFailed):
            return await self._table.delete(self._key(lease.owner), "#version = :version", {"version": lease.version})
        return False

    async def set_draining(self, host: str, *, draining: bool) -> int:
        """Ask all living shards of a host to give their sessions away (or to take them again); how many there are."""
        values = {"draining": draining, "host": self._kind.named(host), "dead": False}
        asked = [
            await self._change(lease.owner, "SET #draining = :draining", "#host = :host AND #dead = :dead", values)
            for lease in await self.all()
            if lease.host == host and not lease.dead
        ]
        return len([lease for lease in asked if lease is not None])

    async def _change(self, owner: str, change: str, condition: str, values: dict[str, Any]) -> Lease | None:
        try:
            return self._kind.own(_lease(await self._table.update(self._key(owner), change, condition, values)))
        except ConditionFailed:
            return None

    def _key(self, owner: str) -> Row:
        return {"owner": self._kind.named(owner)}


def _lease(row: Row) -> Lease:
    return Lease(
        owner=row["owner"],
        host=row["host"],
        version=row["version"],
        held=row["held"],
        room=row["room"],
        draining=row["draining"],
        dead=row["dead"],
        folder=row.get("folder", ""),
        waiting=row.get("waiting", 0),
        left_at=row.get("left_at", 0),
        release=row.get("release", ""),
    )
