"""`python -m session_host`: the supervisor of a host's shards."""

from __future__ import annotations

from session_host.supervising.plan import Reading


def main() -> None:
    """Run until SIGTERM or Ctrl-C; exits with 1 and a sentence when something is set wrongly or in use by another."""
    reading = Reading()
    from session_host.supervising.program import supervise  # noqa: PLC0415 - while the settings are read

    supervise(reading.plan())


if __name__ == "__main__":
    main()
