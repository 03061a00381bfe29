"""What a fault is."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from typing import ClassVar

from tests.chaos.connections import DYING
from tests.chaos.field import Field

TAKEN_WITHIN = 20.0
"""Seconds a host stays away, so that others have to take its sessions."""


class Fault(ABC):
    """One thing that goes wrong.

    Attributes:
        name: how it is asked for.
        dying: seconds before the end of a connection in which what it acknowledged may have been lost.
        keeps_sessions: whether every session is connected in the end without a new code.
    """

    name: ClassVar[str]
    keeps_sessions: ClassVar[bool] = True
    dying: ClassVar[float] = DYING

    @abstractmethod
    async def happen(self, on: Field, chance: random.Random) -> None:
        """Do it, for as long as it lasts, and undo what can be undone."""
