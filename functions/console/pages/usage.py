"""What a key did, in plots of one range of time, beside what it may."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response

from functions.console.front.language import words
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.usage import RANGES, plots_of
from functions.usage.summing import counted, spans_of
from shared.ids import now_ms
from shared.tenants.model import ApiKey
from shared.tenants.usage import HOUR_MS

_USUAL: Final = "7d"


@page("GET", "/console/usage", chats="none")
async def show(visit: Visit) -> Response[bytes]:
    """Of the key that is logged in."""
    return visit.page("usage.html", **await usage_told(visit, visit.tenant))


async def usage_told(visit: Visit, key: ApiKey) -> dict[str, Any]:
    """What the plots show of a key, in the range that the address says."""
    name = visit.query.one("range")
    name = name if name in RANGES else _USUAL
    chosen, end = RANGES[name], now_ms()
    begin = end - chosen.hours * HOUR_MS
    found = await counted(visit.serving.usage_rows, key.id, begin, end)
    spans = spans_of(found, by_day=chosen.by_day)
    standing = visit.serving.rates.standing(key)
    return {
        "ranges": RANGES,
        "range": name,
        "plots": plots_of(spans, begin, end, chosen),
        "say": words(visit.language).gettext,
        "has_sessions": len(await visit.serving.session_rows.all(key.unlimited)),
        "max_sessions": key.max_sessions,
        "per_minute": key.per_minute,
        "left": None if standing is None else standing.left,
    }


PAGES = (show,)
