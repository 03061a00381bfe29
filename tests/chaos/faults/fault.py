"""What a fault is."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from typing import ClassVar

from tests.chaos.field import Field

TAKEN_WITHIN = 20.0
"""Seconds a host stays away, so that others have to take its sessions."""


class Fault(ABC):
    """One thing that goes wrong.

    Attributes:
        name: how it is asked for.
        keeps_sessions: whether every session is connected in the end without a new code.
        disk_mib: size of the file system that each host is to have for itself; None: it needs none.
        own_clocks: whether it sets the time of day of hosts.
    """

    name: ClassVar[str]
    keeps_sessions: ClassVar[bool] = True
    disk_mib: ClassVar[int | None] = None
    own_clocks: ClassVar[bool] = False

    @abstractmethod
    async def happen(self, on: Field, chance: random.Random) -> None:
        """Do it, for as long as it lasts, and undo what can be undone."""
