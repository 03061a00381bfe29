"""What the sandbox's list of connections says: two at once, and how long a device was away."""

from __future__ import annotations

from itertools import combinations
from typing import Any

DYING = 0.5
"""Seconds before the last sign of life of a connection in which its process may have been dying."""


def overlap_ms(connections: list[dict[str, Any]]) -> float:
    """Milliseconds in which two connections of one device were both alive, summed over all devices.

    A connection that another one replaced lives until the last thing it said: the socket of a frozen process stays
    open, and says nothing. Any other lives until its socket ended.
    """
    total = 0.0
    for places in _by_device(connections).values():
        for earlier, later in combinations(places, 2):
            end = _end_of_life(earlier)
            if end is None or end > later["from"]:
                last = min(moment for moment in (end, _end_of_life(later), later["lastFrame"]) if moment is not None)
                total += max(0.0, last - later["from"]) * 1e3
    return total


def failovers(connections: list[dict[str, Any]], struck_at: float, numbers: list[str]) -> list[float]:
    """Seconds from a fault to the next connection of each device that was connected when it struck and lost that."""
    found: list[float] = []
    for (number, _), places in _by_device(connections).items():
        before = [place for place in places if place["from"] <= struck_at]
        after = [place["from"] for place in places if place["from"] > struck_at]
        if number in numbers and before and after and (before[-1]["to"] or struck_at) >= struck_at:
            found.append(after[0] - struck_at)
    return found


def died_with(connections: list[dict[str, Any]], number: str, acknowledged: float, within: float = DYING) -> bool:
    """Whether a connection of a number that has ended said nothing more some time after it acknowledged something.

    Then its process may have died between the library's acknowledgement and its callback, before which nobody can keep
    a message (docs/session-host.md, "What is lost at most").
    """
    ended = [place for place in connections if place["number"] == number and place["to"] is not None]
    # The acknowledgement may be the last frame itself, whose time is taken a little before it is understood.
    return any(
        place["from"] <= acknowledged <= place["to"] and place["lastFrame"] - acknowledged <= within for place in ended
    )


def ended_over(connections: list[dict[str, Any]], number: str, acknowledged: float) -> float | None:
    """When the connection ended over which a number acknowledged something at that time; None when it has not."""
    ends = [
        place["to"]
        for place in connections
        if place["number"] == number and place["to"] is not None and place["from"] <= acknowledged <= place["to"]
    ]
    return min(ends, default=None)


def _end_of_life(connection: dict[str, Any]) -> float | None:
    return connection["lastFrame"] if connection["reason"] == "replaced" else connection["to"]


def _by_device(connections: list[dict[str, Any]]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    devices: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for connection in sorted(connections, key=lambda each: each["from"]):
        devices.setdefault((connection["number"], connection["device"]), []).append(connection)
    return devices
