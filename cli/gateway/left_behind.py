"""What is left of a gateway that was killed together with the guardian that should have ended it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cli.gateway.data_folder import DataFolder

_GROUP = 2
"""Place behind the name of the program in /proc/PID/stat: state, parent, group (proc_pid_stat(5))."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Processes that nobody looks after.

    Attributes:
        group: their process group; None when it is not known.
        processes: program and process id of each, as far as the system tells (Linux).
    """

    group: int | None
    processes: tuple[str, ...]

    @property
    def words(self) -> str:
        """What they are."""
        which = f": {', '.join(self.processes)}" if self.processes else ""
        return f"Processes of a gateway that was killed still run{which}."

    @property
    def remedy(self) -> str:
        """How to be rid of them."""
        how = "'ps' shows them" if self.group is None else f"'kill -KILL -- -{self.group}' does"
        return f"End them ({how}), then start it again."


def left_behind(folder: DataFolder) -> LeftBehind | None:
    """What a gateway on this folder left; None when there is nothing, or when a gateway looks after it."""
    if not folder.is_used_without_gateway():
        return None
    group = folder.group()
    return LeftBehind(group, () if group is None else _members(group))


def _members(group: int) -> tuple[str, ...]:
    found: list[str] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = stat.read_text().rpartition(")")
        except OSError:  # it has ended
            continue
        if int(after.split()[_GROUP]) == group:
            pid, _, program = before.partition(" (")
            found.append(f"{program} ({pid})")
    return tuple(sorted(found))
