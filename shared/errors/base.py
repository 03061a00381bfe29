"""What every error of the catalogue has."""

from __future__ import annotations

from typing import Any, ClassVar


class WagateError(Exception):
    """An error a caller is told about.

    Attributes:
        code: the stable name a program branches on.
        status: the HTTP status that says the class of it.
        meaning: what happened, in general.
        remedy: what the caller does next.
        message: what happened this time, and what to do; falls back to meaning and remedy.
        retry_after: seconds after which trying again makes sense, or None when it never does by itself.
        inside: what only who runs the gateway may see (a path, the words of a cloud): in `str()`, for the log, and in
            no answer.
        details: JSON fields of this error, added to the answer.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    meaning: ClassVar[str]
    remedy: ClassVar[str]

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        inside: object = None,
        **details: Any,  # noqa: ANN401 - JSON
    ) -> None:
        self.message = message or f"{self.meaning} {self.remedy}"
        self.inside = inside
        self.retry_after = retry_after
        self.details = details
        super().__init__(self.message if inside is None else f"{self.message} [{inside}]")
