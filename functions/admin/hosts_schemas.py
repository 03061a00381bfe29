"""Bodies and answers of the admin routes about session hosts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pydantic import Field, StrictStr

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from shared.leases.model import Lease


class MoveBody(Body):
    """Where the session goes."""

    to: StrictStr | None = Field(
        default=None, description="The id of a shard; by default any shard with room takes it."
    )


class ShardShown(Part):
    """One process of a session host, as it said itself two seconds ago at most."""

    id: str
    held: int = Field(description="Sessions it holds.")
    room: int = Field(description="How many more sessions it could take.")
    draining: bool = Field(description="Whether it is giving its sessions to others, and takes none.")
    dead: bool = Field(description="Whether others take its sessions over.")
    waiting: int = Field(description="Events that waited in its journal.")
    left_since: Optional[Moment] = Field(
        default=None,
        description="Since when it is gone, with a journal that nobody can reach and that may contain events.",
    )
    version: Optional[str] = Field(default=None, description="Which wagate it runs.")


class HostShown(Part):
    """A session host: its living shards together."""

    host: str
    draining: bool = Field(description="Whether all of them are giving their sessions to others.")
    alive: bool = Field(description="Whether any of its shards is.")
    held: int
    room: int
    shards: list[ShardShown]


class HostAnswer(Answer):
    """One session host."""

    host: HostShown


class HostsAnswer(Answer):
    """Every session host, sorted by its id."""

    hosts: list[HostShown]


def hosts_shown(leases: Iterable[Lease]) -> list[HostShown]:
    """The hosts that these leases are of."""
    by_host = sorted(leases, key=lambda lease: (lease.host, lease.owner))
    return [_host(host, list(shards)) for host, shards in groupby(by_host, key=lambda lease: lease.host)]


def _host(host: str, leases: list[Lease]) -> HostShown:
    living = [lease for lease in leases if not lease.dead]
    return HostShown(
        host=host,
        draining=bool(living) and all(lease.draining for lease in living),
        alive=bool(living),
        held=sum(lease.held for lease in living),
        room=sum(lease.room for lease in living),
        shards=[
            ShardShown(
                id=lease.owner,
                held=lease.held,
                room=lease.room,
                draining=lease.draining,
                dead=lease.dead,
                waiting=lease.waiting,
                left_since=lease.left_at or None,
                version=lease.release or None,
            )
            for lease in leases
        ],
    )
