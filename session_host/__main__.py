"""`python -m session_host`: the supervisor of a host's processes."""

from __future__ import annotations

import os
import sys

from session_host.supervising.plan import Reading


def main() -> None:
    """Run until SIGTERM or Ctrl-C; exits with 1 and a sentence when something is set wrongly or in use by another."""
    if sys.argv[1:]:
        _understand()
    reading = Reading()
    from session_host.supervising.program import supervise  # noqa: PLC0415 - while the settings are read

    supervise(reading.plan())


def _understand() -> None:
    """Read the command line, where there is one: what does so would stay for as long as the host runs."""
    import argparse  # noqa: PLC0415 - see above

    parser = argparse.ArgumentParser(prog="session_host", description="Holds sessions, and delivers their events.")
    parser.add_argument("--roles", help="sessions, deliveries, or both with a comma; instead of WAGATE_ROLES")
    if roles := parser.parse_args().roles:
        os.environ["WAGATE_ROLES"] = roles  # for the processes that it starts as well


if __name__ == "__main__":
    main()
