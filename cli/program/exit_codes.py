"""What `wagate` says to the program that called it, by its exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; `meaning` is what `docs/cli.md` says of each."""

    OK = 0
    FAILED = 1
    USAGE = 2
    GATEWAY_AWAY = 3
    NOT_CONNECTED = 4
    REFUSED = 5
    UNCONFIRMED = 6
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One sentence for the docs."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "Done.",
    ExitCode.FAILED: "It failed; stderr says what and why (with `--json`: stdout).",
    ExitCode.USAGE: "The command line is wrong.",
    ExitCode.GATEWAY_AWAY: "The gateway cannot be reached.",
    ExitCode.NOT_CONNECTED: "The session is not connected to WhatsApp; nothing was sent.",
    ExitCode.REFUSED: "The key is missing, wrong or revoked, or may not do that.",
    ExitCode.UNCONFIRMED: "The message was accepted, but nobody knows yet whether it was sent; it is not sent twice.",
    ExitCode.INTERRUPTED: "Stopped by Ctrl-C.",
}
