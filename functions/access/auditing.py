"""Has a change written down before it is made, and what came of it afterwards (docs/adr/0070)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from litestar import Request, Response

from functions.access.client_address import address_of
from shared.errors import Internal, StoreUnavailable, WagateError
from shared.ids import new_audit_id, now_ms
from shared.tenants.audit import ADMIN, NOBODY, AuditEntry, AuditLog
from shared.tenants.model import ApiKey

_KEY = "key_id"
"""How paths call a key."""
_LONGEST = 100

log = structlog.get_logger("functions")


async def audited(  # noqa: PLR0913, PLR0917 - who changes what, and where that is written
    audit: AuditLog,
    request: Request[Any, Any, Any],
    action: str,
    words: Mapping[str, Any],
    by: ApiKey | None,
    change: Callable[[], Awaitable[Response[bytes]]],
) -> Response[bytes]:
    """The answer of a change; `by` is the key that makes it, None for the admin's.

    Raises:
        StoreUnavailable: it cannot be written down, and was not made.
        WagateError: what the change raises.
    """
    entry = _entry(request, action, words, by)
    await audit.begin(entry)
    try:
        answer = await change()
    except Exception as error:
        known = error if isinstance(error, WagateError) else Internal()
        await _end(audit, replace(entry, status=known.status, code=known.code))
        raise
    await _end(audit, replace(entry, status=answer.status_code or 200))
    return answer


def _entry(request: Request[Any, Any, Any], action: str, words: Mapping[str, Any], by: ApiKey | None) -> AuditEntry:
    about = {name: str(word)[:_LONGEST] for name, word in words.items()}
    of = about.get(_KEY, NOBODY) if by is None else by.id
    scope: Any = request.scope
    return AuditEntry(
        id=new_audit_id(),
        at=now_ms(),
        by=ADMIN if by is None else by.id,
        prefix="" if by is None else by.prefix,
        of=of if of.startswith("key_") or of == NOBODY else NOBODY,  # a secret may stand in the address
        action=action,
        route=f"{request.method} {scope.get('path_template', '')}",
        address=address_of(request),
        about={name: word for name, word in about.items() if not word.startswith("wa_")},
    )


async def _end(audit: AuditLog, entry: AuditEntry) -> None:
    try:
        await audit.end(entry)
    except StoreUnavailable as error:  # it is there, without an end: what was answered is not known from it
        log.warning("audit not ended", entry=entry.id, error=error.message)
