"""The long run: `make fuzz`. A gateway with a sandbox WhatsApp, and as many requests as are asked for."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.functions.fuzzing import fuzz
from tests.launched import launched

_WITHIN = 3600.0


def main() -> int:
    """0 when every answer was as the document says."""
    options = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    options.add_argument("--examples", type=int, default=50, help="requests of a route in each phase")
    options.add_argument("--seed", type=int, default=0, help="the same one asks the same")
    chosen = options.parse_args()
    limits = {"WAGATE_AUTH_FAILURES_PER_MINUTE": "1000000", "WAGATE_NEW_SESSIONS_PER_MINUTE": "30"}
    with TemporaryDirectory() as folder, launched("sandbox", Path(folder), **limits) as gateway:
        told = asyncio.run(
            fuzz(gateway.url, gateway.admin_key, examples=chosen.examples, seed=chosen.seed, within=_WITHIN)
        )
    sys.stdout.write(f"{told.words}\n{told}\n")
    return 1 if told.failures or told.untested else 0


if __name__ == "__main__":
    sys.exit(main())
