"""`python -m session_host.health`: whether the session host of this data folder works, for what watches containers.

Its supervisor marks a file while every shard has been heard of since it was started. Exit status 1 when the mark is old
or missing. Sessions that are disconnected do not make a host unhealthy, nor does NATS or a store that is away.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from session_host.disk.data_folder import DataFolder
from session_host.settings import HostSettings
from shared.settings import StoreSettings

_OLD_AFTER = 15.0


def works(file: Path) -> bool:
    """Whether it was marked lately."""
    try:
        return time.time() - file.stat().st_mtime < _OLD_AFTER
    except OSError:
        return False


if __name__ == "__main__":
    folder = DataFolder(HostSettings().host_dir or StoreSettings().data_dir)
    sys.exit(0 if works(folder.health) else 1)
