"""What goes wrong: the base of every exception, `errors` has one for each code of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class WagateError(Exception):
    """The gateway did not do what was asked.

    Attributes:
        code: which error it is, as `WA_DISCONNECTED`: docs/errors.md has them all. `HTTP_502` and the like are not
            of the gateway but of something in front of it.
        status: the HTTP status of the answer; 0 when none came.
        words: what happened and what to do, for people; the words may change.
        remedy: what to do about errors of this code.
        request_id: give it when you report a problem.
        retry_after: seconds after which trying again makes sense; None when waiting does not help.
        idempotency_key: of a send. Sent again under the same one, it is never a second message.
        fields: what else the answer has, as `connectionStatus` or `waCode`.
    """

    remedy: ClassVar[str] = "Report it, with the request's id."

    def __init__(  # noqa: PLR0913 - an answer says as much
        self,
        code: str,
        status: int,
        words: str,
        *,
        request_id: str | None = None,
        retry_after: float | None = None,
        idempotency_key: str | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        """An error as the answer tells it."""
        super().__init__(f"{code}: {words}" + (f" ({request_id})" if request_id else ""))
        self.code = code
        self.status = status
        self.words = words
        self.request_id = request_id
        self.retry_after = retry_after
        self.idempotency_key = idempotency_key
        self.fields = dict(fields or {})


class GatewayUnreachable(WagateError):  # noqa: N818 - as those of the API's codes
    """No answer came: whether it was done is not known. Ask again; a send with the same `idempotency_key`."""

    remedy = "Check the address, and that the gateway runs: `wagate doctor` looks at it."
