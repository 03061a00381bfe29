"""What a key did, beside what it may."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response
from pydantic import Field

from functions.families import Family
from functions.http.answers import Answer, Part, answer
from functions.http.moments import Moment
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import Services, services
from functions.usage.summing import Summed, counted, spans_of, total_of
from shared.errors import BadRequest
from shared.ids import now_ms
from shared.tenants.model import ApiKey
from shared.tenants.usage import HOUR_MS

_DAY_MS = 24 * HOUR_MS
_MOST = {"hour": 7 * _DAY_MS, "day": 92 * _DAY_MS}
_USUAL = {"hour": _DAY_MS, "day": 30 * _DAY_MS}
_LATEST = 253_402_300_799_000
_AT_ONCE = 20
_MOMENT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": _LATEST}
_PARAMETERS = (
    Parameter(
        "by",
        "query",
        "`day` (UTC), or `hour`.",
        {"type": "string", "enum": list(_MOST), "default": "day"},
    ),
    Parameter("from", "query", "Milliseconds since 1970; by default 30 days, or 24 hours, before `until`.", _MOMENT),
    Parameter("until", "query", "Milliseconds since 1970; by default now.", _MOMENT),
)


class UsagePart(Part):
    """Of a span of time."""

    at: Moment
    requests: int
    bytes_in: int = Field(description="Of files that came with messages.")
    bytes_out: int = Field(description="Of files that were sent.")
    messages: dict[str, dict[str, int]] = Field(
        description="How many `sent`, `received`, `failed`, `expired`, `unknown`, of each kind."
    )


class LimitsPart(Part):
    """What it may."""

    max_sessions: int | None
    requests_per_minute: int | None
    requests_left: int | None = Field(description="How many requests it may make at once now; null: any number.")


class UsageAnswer(Answer):
    """What a key did, oldest first; spans without anything are left out."""

    sessions: int = Field(description="How many it has now.")
    limits: LimitsPart
    total: UsagePart
    usage: list[UsagePart]


class KeyUsagePart(Part):
    """What one key did in the time."""

    key_id: str
    name: str
    total: UsagePart


class AllUsageAnswer(Answer):
    """What every key did, oldest key first."""

    keys: list[KeyUsagePart]


@route("GET", "/api/usage", scope="any", answers={200: UsageAnswer}, parameters=_PARAMETERS, chats="none")
async def get_usage(request: HttpRequest) -> Response[bytes]:
    """Show what this key sent and received, its bytes and requests, by day or hour; and its limits.

    It is written every ten seconds. A process that dies takes with it what it counted since; what is stored once more
    after that may be counted twice: it is for bars and bills that are looked at, not for a court.
    """
    serving, key = services(request), tenant(request)
    by, begin, end = _asked(request)
    found = await counted(serving.usage_rows, key.id, begin, end)
    spans, total = spans_of(found, by_day=by == "day"), total_of(found, begin)
    standing = serving.rates.standing(key)
    limits = LimitsPart(
        max_sessions=key.max_sessions,
        requests_per_minute=key.per_minute,
        requests_left=None if standing is None else standing.left,
    )
    sessions = len(await serving.session_rows.all(key))
    return answer(
        UsageAnswer(sessions=sessions, limits=limits, total=_part(total), usage=[_part(each) for each in spans])
    )


@route("GET", "/api/admin/usage", key="admin", answers={200: AllUsageAnswer}, parameters=_PARAMETERS)
async def list_usage(request: HttpRequest) -> Response[bytes]:
    """Show what every key sent and received in a time, its bytes and requests, counted as in `GET /api/usage`."""
    serving = services(request)
    _, begin, end = _asked(request)
    return answer(AllUsageAnswer(keys=await of_all(serving, begin, end)))


async def of_all(serving: Services, begin: int, end: int) -> list[KeyUsagePart]:
    """What every key did from one moment up to another."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def of(key: ApiKey) -> KeyUsagePart:
        async with places:
            found = await counted(serving.usage_rows, key.id, begin, end)
        return KeyUsagePart(key_id=key.id, name=key.name, total=_part(total_of(found, begin)))

    return list(await asyncio.gather(*(of(key) for key in await serving.keys.all())))


def _asked(request: HttpRequest) -> tuple[str, int, int]:
    by = one_of_query(request, "by") or "day"
    if by not in _MOST:
        raise BadRequest("'by' is 'day' or 'hour'.", field="by")
    end = _moment(request, "until")
    end = now_ms() if end is None else end
    begin = _moment(request, "from")
    begin = max(0, end - _USUAL[by]) if begin is None else begin
    if begin > end or end - begin > _MOST[by]:
        raise BadRequest(
            f"'from' has to be before 'until', by at most {_MOST[by] // _DAY_MS} days of {by}s.", field="from"
        )
    return by, begin, end


def _moment(request: HttpRequest, name: str) -> int | None:
    text = one_of_query(request, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= _LATEST):
        raise BadRequest(f"'{name}' is a moment in milliseconds since 1970.", field=name)
    return int(text)


def _part(span: Summed) -> UsagePart:
    return UsagePart(
        at=span.at,
        requests=span.requests,
        bytes_in=span.bytes_in,
        bytes_out=span.bytes_out,
        messages=span.messages,
    )


FAMILY = Family("usage", (get_usage, list_usage))
