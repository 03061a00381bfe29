"""The audit log: who changed what, when, from where; of one key, or, for whoever runs the gateway, of all."""

from __future__ import annotations

import re
from typing import Final

import orjson
from litestar import Response

from functions.console.front.headers import NOT_KEPT, SAFE
from functions.console.front.page import page
from functions.console.front.visit import Visit
from shared.tenants.audit import AuditEntry

_PER_PAGE: Final = 100
_EXPORTED: Final = 10_000
_ENTRY: Final = re.compile("aud_[0-9a-z]{26}")
_KEY: Final = re.compile("key_[0-9a-z]{1,60}")


@page("GET", "/console/audit", opens="admin")
async def show(visit: Visit) -> Response[bytes]:
    """The newest changes, or those before one."""
    of, before = _asked(visit, "key", _KEY), _asked(visit, "before", _ENTRY)
    entries = await visit.serving.audit.page(of, before=before, limit=_PER_PAGE)
    names = {key.id: key.name for key in await visit.serving.keys.all()}
    last = entries[-1].id if len(entries) == _PER_PAGE else None
    return visit.page("audit.html", entries=entries, names=names, of=of, next=last)


@page("GET", "/console/audit/export", opens="admin")
async def export(visit: Visit) -> Response[bytes]:
    """The newest ten thousand as a file, a line of JSON each."""
    of, before = _asked(visit, "key", _KEY), None
    found: list[AuditEntry] = []
    while len(found) < _EXPORTED:
        some = await visit.serving.audit.page(of, before=before, limit=_PER_PAGE * 10)
        found += some
        if len(some) < _PER_PAGE * 10:
            break
        before = some[-1].id
    lines = b"".join(orjson.dumps(entry) + b"\n" for entry in found[:_EXPORTED])
    named = {"Content-Disposition": 'attachment; filename="wagate-audit.ndjson"'}
    headers = {**SAFE, **NOT_KEPT, **named}
    return Response(lines, status_code=200, media_type="application/x-ndjson", headers=headers)


def _asked(visit: Visit, name: str, form: re.Pattern[str]) -> str | None:
    """What the address says; None where it says nothing of that form."""
    said = visit.query.one(name)
    return said if form.fullmatch(said) else None


PAGES = (show, export)
