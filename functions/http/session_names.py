"""Which session a request is about."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import WithJsonSchema

from functions.http.requests import Connection, HttpRequest, header
from shared.errors import BadRequest
from shared.ids import DEFAULT_SESSION, SESSION_NAME_PATTERN, check_session_name

NAME_SCHEMA: Final = {"type": "string", "pattern": f"^{SESSION_NAME_PATTERN}$"}
NAME_OR_NONE: Final = {"type": "string", "pattern": f"^({SESSION_NAME_PATTERN})?$"}

SessionName = Annotated[str, WithJsonSchema(NAME_SCHEMA)]
"""A name in a body. Not checked there but by `session_name`: a wrong one has an error of its own."""


def session_name(request: HttpRequest, in_body: str | None = None) -> str:
    """The name from the body's `sessionId`, else the query's, else the header `X-Session-Id`, else `default`.

    Each that is given is checked, also where another one counts. An empty header is none.

    Routes that have the name in their path check it with `shared.ids.check_session_name` and nothing else.

    Raises:
        BadSessionName: the name breaks the rule.
        BadRequest: it is given more than once, differently.
    """
    in_query = one_of_query(request, "sessionId") if request.scope["query_string"] else None
    in_header = header(request, "X-Session-Id") or None
    given = [check_session_name(name) for name in (in_body, in_query, in_header) if name is not None]
    return given[0] if given else DEFAULT_SESSION


def one_of_query(request: Connection, name: str) -> str | None:
    """A query parameter that may be given once; raises BadRequest when it is there with different values."""
    values = set(request.query_params.getall(name, []))
    if len(values) > 1:
        raise BadRequest(f"'{name}' is in the address more than once, with different values.", field=name)
    return values.pop() if values else None
