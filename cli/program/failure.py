"""How a command fails: words for a person, a code for a program, never a traceback."""

from __future__ import annotations

from typing import Any

from cli.program.exit_codes import ExitCode


class Failure(Exception):  # noqa: N818 - it is what a command ends with, and reads so
    """Ends a command.

    Attributes:
        message: what happened.
        remedy: what to do about it; empty when the message says so itself.
        exit_code: the exit code.
        code: a name for programs; the API's code when it comes from there.
        details: more fields for `--json`.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        exit_code: ExitCode = ExitCode.FAILED,
        code: str = "FAILED",
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.exit_code = exit_code
        self.code = code
        self.details = details or {}

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; `error` holds all the words, as in the API's answers."""
        words = f"{self.message} {self.remedy}".strip()
        return {**self.details, "success": False, "code": self.code, "error": words}
