"""A lease: the proof that a shard lives, which it renews every two seconds."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_VERSIONS = 2**48
"""A new row begins with a random version below this: a shard whose row was removed, and made again by its successor,
must not find its own version there."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One row for each shard. What a shard holds is in the sessions' rows."""

    owner: str
    """The shard's id: `{host}-{slot}`, the same after every restart."""
    host: str
    version: int
    """Rises with every renewal. Who sees it unchanged for long enough, by a clock of its own, knows that the shard is
    dead: clocks of two machines are never compared."""
    held: int
    """Sessions it holds."""
    room: int
    """How many more sessions it could take."""
    draining: bool = False
    """Whether it is to give its sessions to others and take none."""
    dead: bool = False
    """Declared dead: its sessions are for others to take. It never becomes alive again by a renewal."""
    folder: str = ""
    """Where its host keeps what only it uses, a path on the host's own machine; empty: a kind that keeps nothing."""
    waiting: int = 0
    """Events that waited in its journal when it was renewed last."""
    left_at: int = 0
    """When somebody found it dead and its journal out of reach, in milliseconds since 1970; 0: nobody did."""
    release: str = ""
    """Which wagate it runs; empty: one that does not say."""
