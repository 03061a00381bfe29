"""What handlers read of a request beside its body."""

from __future__ import annotations

from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.types import Scope

from functions.access.rates import Standing
from shared.errors import BadRequest
from shared.ids import new_request_id
from shared.tenants.model import ApiKey

HttpRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]

_REQUEST_ID = "wagate_request_id"
_TENANT = "wagate_tenant"
_STANDING = "wagate_standing"
_ERROR = "wagate_error"
_FAILURE = "wagate_failure"
_HEADERS = "wagate_headers"
_ARRIVED = "wagate.arrived"


def arrived(scope: Any) -> None:  # noqa: ANN401 - ASGI's
    """Note that all of this request is here; done by the server."""
    scope.setdefault("extensions", {})[_ARRIVED] = {}


def has_arrived(scope: Scope) -> bool:
    """Whether all of this request is known to be here: nobody has to watch how long its body takes."""
    return _ARRIVED in (scope.get("extensions") or ())


def request_id(scope: Scope) -> str:
    """The id of this request, made when first asked for."""
    state = scope["state"]
    found = state.get(_REQUEST_ID)
    if found is None:
        found = state[_REQUEST_ID] = new_request_id()
    return cast("str", found)


def set_error_code(request: HttpRequest, code: str) -> None:
    """Note which error this request is answered with."""
    request.scope["state"][_ERROR] = code


def error_code(scope: Scope) -> str:
    """The code of the error that a request was answered with; empty when it was none."""
    return str(scope.get("state", {}).get(_ERROR, ""))


def set_failure(scope: Any, error: Exception) -> None:  # noqa: ANN401 - ASGI's
    """Note why an address may not be found although it is there."""
    scope.setdefault("state", {})[_FAILURE] = error


def failure(scope: Scope) -> Exception | None:
    """What was noted."""
    return cast("Exception | None", scope["state"].get(_FAILURE))


def set_standing(connection: Connection, standing: Standing | None) -> None:
    """Note how the key of this request stands with its rate."""
    connection.scope["state"][_STANDING] = standing


def standing(scope: Scope) -> Standing | None:
    """What was noted."""
    return cast("Standing | None", scope.get("state", {}).get(_STANDING))


def set_tenant(connection: Connection, key: ApiKey) -> None:
    """Note whose request this is; done by the guard."""
    connection.scope["state"][_TENANT] = key


def tenant(request: Connection) -> ApiKey:
    """The key of this request, which the guard has checked."""
    return cast("ApiKey", request.scope["state"][_TENANT])


def tenant_or_none(request: Connection) -> ApiKey | None:
    """The key of this request; None for one of the admin's, and where no key is needed."""
    return cast("ApiKey | None", request.scope["state"].get(_TENANT))


def header(connection: Connection, name: str) -> str | None:
    """The value of a header that may be given once, None when it is missing.

    Raises:
        BadRequest: it is there more than once with different values.
    """
    state = connection.scope["state"]
    headers = cast("list[tuple[bytes, bytes]]", connection.scope["headers"])
    by_name: dict[bytes, bytes] | None = state.get(_HEADERS)
    if by_name is None:  # a request is asked for five of them
        by_name = state[_HEADERS] = dict(headers)
    wanted = name.lower().encode()
    found = by_name.get(wanted)
    if found is None:
        return None
    if len(by_name) != len(headers):  # one of them is there more than once
        values = [value for key, value in headers if key == wanted]
        if any(value != found for value in values):
            raise BadRequest(f"The header '{name}' is there {len(values)} times; send it once.", field=name)
    return found.decode("latin-1").strip()
