"""What only a newer version of the gateway knows: while one is upgraded, hosts may be newer than who reads."""

from __future__ import annotations

from shared.contracts.shape import Shape
from shared.events.declaring import Declared


class OfNewerVersion(Shape):
    """Something happened."""

    kind: str
    """What the newer version calls it."""


UNKNOWN = Declared(
    "unknown",
    "Something that this version of the gateway cannot read, during an upgrade: the newer version returns the event "
    "for the same cursor.",
    OfNewerVersion(kind="something_new"),
)
