"""The program `wagate`: hears Ctrl-C first, then loads the command line."""

from __future__ import annotations

from cli.program.interrupts import end_at_once_when_interrupted, raise_when_interrupted


def run() -> None:
    """Entry point of the program."""
    end_at_once_when_interrupted()
    from cli.main import main  # noqa: PLC0415 - it takes 0.2 s to load, in which Ctrl-C may come

    raise_when_interrupted()
    main()
