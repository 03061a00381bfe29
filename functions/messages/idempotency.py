"""A caller's Idempotency-Key: which sends are the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

import orjson

from functions.http.requests import HttpRequest, header
from shared.errors import BadRequest
from shared.messages.model import Idempotency

_HEADER = "Idempotency-Key"
_LONGEST = 255
SCHEMA: Final = {"type": "string", "pattern": f"^[ -~]{{1,{_LONGEST}}}$"}
_KEPT_FOR_MS = 24 * 3600 * 1000


def idempotency(
    request: HttpRequest, *, key_id: str, now: int, says: Callable[[], dict[str, Any]]
) -> Idempotency | None:
    """The request's Idempotency-Key, None when it carries none.

    Args:
        request: its headers are read.
        key_id: whose it is: two API keys may use the same Idempotency-Key.
        now: milliseconds since 1970; the key is kept for 24 h from then.
        says: gives everything by which two requests are different messages, not how long their callers wait.

    Raises:
        BadRequest: the header is empty, too long, not printable ASCII, or there twice.
    """
    given = header(request, _HEADER)
    if given is None:
        return None
    if not 1 <= len(given) <= _LONGEST or not all(" " <= character <= "~" for character in given):
        raise BadRequest(f"The header '{_HEADER}' has to be 1 to {_LONGEST} printable ASCII characters.", field=_HEADER)
    return Idempotency(
        key=hashlib.sha256(f"{key_id}\0{given}".encode()).hexdigest(),
        body_hash=hashlib.sha256(orjson.dumps(says(), option=orjson.OPT_SORT_KEYS)).hexdigest(),
        expires_at=now + _KEPT_FOR_MS,
    )
