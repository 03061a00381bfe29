"""`python -m session_host.health`: whether the session host of this data folder works, for what watches containers.

Its supervisor marks a file while every shard has been heard of since it was started. Exit status 1 when the mark is old
or missing. Sessions that are disconnected do not make a host unhealthy, nor does NATS or a store that is away.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from session_host.disk.data_folder import DataFolder

_OLD_AFTER = 15.0


def works(file: Path) -> bool:
    """Whether it was marked lately."""
    try:
        return time.time() - file.stat().st_mtime < _OLD_AFTER
    except OSError:
        return False


def folder_of(environment: Mapping[str, str]) -> Path:
    """The host's folder, as `HostSettings` and `StoreSettings` have it: to load those takes longer than to look."""
    set_to = (environment.get(name, "").strip() for name in ("WAGATE_HOST_DIR", "WAGATE_DATA_DIR"))
    return Path(next(filter(None, set_to), "data"))


if __name__ == "__main__":
    sys.exit(0 if works(DataFolder(folder_of(os.environ)).health) else 1)
