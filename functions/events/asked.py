"""What a reader of events asks for: from where on, which types, of which session."""

from __future__ import annotations

import re
from dataclasses import dataclass

from functions.http.requests import Connection, header, tenant
from functions.http.session_names import one_of_query
from functions.reference.described import Parameter
from functions.services import services
from shared.errors import BadRequest
from shared.events.declaring import catalogue
from shared.events.limited import may_see
from shared.events.telling import PublicEvent, types_of
from shared.ids import SESSION_NAME_PATTERN, check_session_name
from shared.tenants.limits import Limits

_FAMILIES = sorted({name.partition(".")[0] for name in catalogue() if "." in name})
TYPES = (*catalogue(), *(f"{family}.*" for family in _FAMILIES), "*")
"""What may be asked for."""
_ONE = f"({'|'.join(map(re.escape, TYPES))})"

PARAMETERS = (
    Parameter(
        "after",
        "query",
        "The `next` of the previous answer, or the `cursor` of an event; `latest`: only new events. By default from "
        "the oldest event in the log.",
        {"type": "string", "pattern": "^(latest|[A-Za-z0-9_-]{28})$"},
    ),
    Parameter(
        "types",
        "query",
        "Only these types, with commas: `message.received`, `message.*`. By default all types.",
        {"type": "string", "pattern": f"^{_ONE}(, ?{_ONE}){{0,50}}$"},
    ),
    Parameter(
        "sessionId",
        "query",
        "Only events of this session. By default of all sessions of the key.",
        {"type": "string", "pattern": f"^{SESSION_NAME_PATTERN}$"},
    ),
)


@dataclass(slots=True)
class Asked:
    """What is asked for."""

    key_id: str
    limits: Limits
    """What the key is narrowed to; who follows for long is kept to what they are then."""
    uid: str | None
    """Of the session; None: of every session of the key."""
    types: frozenset[str] | None
    """None: all."""
    after: str | None

    def wants(self, event: PublicEvent) -> bool:
        """Whether this event is asked for."""
        return (self.types is None or event.type in self.types) and may_see(self.limits, event)


async def asked_for(request: Connection) -> Asked:
    """What the query of a request asks for; the header `Last-Event-ID` of a stream that goes on counts before `after`.

    Raises:
        BadRequest: a type that there is not, or something that is there twice.
        BadSessionName: see there.
        SessionNotFound: the key has no such session.
        SessionNotAllowed: see there.
    """
    types, session = one_of_query(request, "types"), one_of_query(request, "sessionId")
    key = tenant(request)
    uid = None
    if session is not None:
        uid = (await services(request).session_rows.existing(key, check_session_name(session))).uid
    after = header(request, "Last-Event-ID") or one_of_query(request, "after")
    return Asked(key.id, key.limits, uid, None if types is None else _types(types), after)


def _types(text: str) -> frozenset[str]:
    try:
        return types_of(part.strip() for part in text.split(","))
    except ValueError as error:
        named = str(error)[:80]
        raise BadRequest(
            f"There are no events of the type '{named}': docs/events.md lists all types.", field="types"
        ) from None
