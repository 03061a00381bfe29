"""`python -m sandbox.beside READY_FILE MODULE [ARGS…]`: run a module in the environment of a sandbox's clients.

For containers, where nobody else hands it on. Waits until the sandbox has written its ready file.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from sandbox.environment import SandboxAddresses

_LOOK_EVERY = 0.2


def main(arguments: list[str]) -> None:
    """Become that module; exits with 1 when it is called wrongly."""
    if len(arguments) < 2:  # noqa: PLR2004 - two words
        sys.exit("Usage: python -m sandbox.beside READY_FILE MODULE [ARGS…]")
    ready, *command = arguments
    while not Path(ready).is_file():
        time.sleep(_LOOK_EVERY)
    environment = os.environ | SandboxAddresses.load(Path(ready)).shard_environment()
    os.execve(sys.executable, [sys.executable, "-m", *command], environment)  # noqa: S606 - it is what this is for


if __name__ == "__main__":
    main(sys.argv[1:])
