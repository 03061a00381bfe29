"""Reading the audit log: a key what concerns it, an admin everything."""

from __future__ import annotations

import re

import orjson
from litestar import Response
from pydantic import Field

from functions.families import Family
from functions.http.answers import Answer, Part, answer
from functions.http.moments import Moment
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest, header, tenant
from functions.http.session_names import one_of_query
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import Services, services
from shared.errors import BadRequest
from shared.tenants.audit import AuditEntry

_MOST, _DEFAULT = 1000, 100
_NDJSON = "application/x-ndjson"
_BEFORE = re.compile("aud_[0-9a-z]{26}")
_KEY = re.compile("key_[0-9a-z]{1,60}")
_PARAMETERS = (
    Parameter(
        "limit",
        "query",
        f"How many, at most {_MOST}; {_DEFAULT} by default.",
        {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _DEFAULT},
    ),
    Parameter(
        "before",
        "query",
        "The `next` of the previous page.",
        {"type": "string", "pattern": f"^{_BEFORE.pattern}$"},
    ),
)
_OF = Parameter("keyId", "query", "Only what concerns this key.", {"type": "string", "pattern": f"^{_KEY.pattern}$"})


class AuditPart(Part):
    """A change."""

    id: str
    at: Moment
    by: str = Field(description="The id of the key that made it, or `admin`.")
    prefix: str | None = Field(description="What that key begins with; null for the admin key.")
    key_id: str | None = Field(description="The key that it concerns; null: none.")
    action: str = Field(description="The `operationId`, or the page of the console.")
    route: str
    about: dict[str, str] = Field(description="The parameters of the path: which session, which webhook.")
    address: str | None = Field(description="The caller's address; null: you may not see it.")
    status: int | None = Field(description="The status of the answer; null: nobody knows, because the process died.")
    code: str | None = Field(description="Of the error.")


class AuditAnswer(Answer):
    """Changes, the newest first."""

    entries: list[AuditPart]
    next: str | None = Field(description="Pass it as `before` for older entries; null on the last page.")


@route(
    "GET",
    "/api/audit",
    scope="any",
    answers={200: AuditAnswer},
    parameters=_PARAMETERS,
    media_types=(_NDJSON,),
    chats="none",
)
async def list_own_audit(request: HttpRequest) -> Response[bytes]:
    """List the changes by this key and to it in the last 90 days: who, what, when, from where. Newest first.

    Sends are not in it: GET /api/messages/{id} and the events tell of those. With `Accept: application/x-ndjson` a
    line for each entry.
    """
    of = tenant(request).id
    entries = await page_of(services(request), request, of)
    return _told(request, [_part(each, mine=each.by == of) for each in entries])


@route(
    "GET",
    "/api/admin/audit",
    key="admin",
    answers={200: AuditAnswer},
    parameters=(_OF, *_PARAMETERS),
    media_types=(_NDJSON,),
)
async def list_audit(request: HttpRequest) -> Response[bytes]:
    """List all changes in the last 90 days: who, what, when, from where. Newest first.

    With `Accept: application/x-ndjson` a line for each entry; go on with the `id` of the last one as `before`.
    """
    of = one_of_query(request, "keyId")
    if of is not None and not _KEY.fullmatch(of):
        raise BadRequest("'keyId' has to be the id of a key: key_…", field="keyId")
    entries = await page_of(services(request), request, of)
    return _told(request, [_part(each, mine=True) for each in entries])


async def page_of(serving: Services, request: HttpRequest, of: str | None) -> list[AuditEntry]:
    """What a request asks for. Raises BadRequest."""
    before = one_of_query(request, "before")
    if before is not None and not _BEFORE.fullmatch(before):
        raise BadRequest("'before' has to be the 'next' of an earlier answer.", field="before")
    limit = whole_of_query(request, "limit", most=_MOST, default=_DEFAULT)
    return await serving.audit.page(of, before=before, limit=limit)


def _told(request: HttpRequest, parts: list[AuditPart]) -> Response[bytes]:
    limit = whole_of_query(request, "limit", most=_MOST, default=_DEFAULT)
    if _NDJSON in (header(request, "Accept") or ""):
        lines = b"".join(orjson.dumps(part.model_dump(mode="json", by_alias=True)) + b"\n" for part in parts)
        return Response(lines, media_type=_NDJSON)
    return answer(AuditAnswer(entries=parts, next=parts[-1].id if len(parts) == limit else None))


def _part(entry: AuditEntry, *, mine: bool) -> AuditPart:
    return AuditPart(
        id=entry.id,
        at=entry.at,
        by=entry.by,
        prefix=entry.prefix or None,
        key_id=entry.of if entry.of.startswith("key_") else None,
        action=entry.action,
        route=entry.route,
        about=entry.about,
        address=entry.address if mine else None,
        status=entry.status,
        code=entry.code or None,
    )


FAMILY = Family("audit", (list_own_audit, list_audit))
