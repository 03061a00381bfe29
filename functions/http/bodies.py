"""Reads a JSON body into its schema, or says exactly what is wrong with it."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar, cast

import orjson
from pydantic import ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from functions.http.requests import HttpRequest, has_arrived, header
from functions.http.room import Room
from shared.discreet import Discreet
from shared.errors import BadRequest, BodyTooLarge, Overloaded, RequestTimeout, UnsupportedMediaType

_ARRIVES_WITHIN = 30.0
_DRAIN = 16
"""Times the limit that is read and dropped of a body that is too large, so that its sender gets to see the answer."""
_BOM = b"\xef\xbb\xbf"


class Body(Discreet):
    """Base of every request body: names in camelCase, types as written, fields that are not known are ignored."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", alias_generator=to_camel, populate_by_name=False
    )


B = TypeVar("B", bound=Body)
D = TypeVar("D", bound=Discreet)


async def read(request: HttpRequest, schema: type[B], limit: int | None = None) -> B:
    """The body as its schema, of at most `limit` bytes (by default the setting); an empty body is an empty object.

    Raises:
        BadRequest: no JSON object, or a field of it is wrong: its name is in the details.
        BodyTooLarge: see there.
        UnsupportedMediaType: the header says that it is something else.
        RequestTimeout: it did not come whole within 30 s.
        Overloaded: too many are being received.
    """
    room: Room = request.app.state.body_room
    chunks: list[bytes] = []
    receiving = _receive(request, limit or request.app.state.body_limit, room, chunks)
    try:
        if has_arrived(request.scope):
            await receiving
        else:
            async with asyncio.timeout(_ARRIVES_WITHIN):
                await receiving
        raw = b"".join(chunks)
        if raw:
            _check_type(request)
        return validate(schema, _parse(raw) if raw else {})
    except TimeoutError:
        raise RequestTimeout(f"The body did not arrive within {_ARRIVES_WITHIN:g} s.") from None
    finally:
        room.give_back(sum(map(len, chunks)))


def validate(schema: type[D], fields: dict[str, Any]) -> D:
    """The object as its schema; raises BadRequest with the name of the first wrong field."""
    try:
        return schema.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        words = first["msg"].removeprefix("Value error, ")
        if first["type"] == "missing":
            raise BadRequest(f"The field '{field}' is missing.", field=field) from None
        raise BadRequest(f"The field '{field}' is wrong: {words}.", field=field) from None


async def _receive(request: HttpRequest, limit: int, room: Room, chunks: list[bytes]) -> None:
    """The body into `chunks`; what is in them is taken from the room."""
    size = 0
    while True:
        event = await request.receive()
        if event["type"] == "http.disconnect":
            raise BadRequest("The connection was closed before the body had arrived.")
        chunk = cast("bytes", event.get("body", b""))
        size += len(chunk)
        if size <= limit:
            if not room.take(len(chunk)):
                raise Overloaded(retry_after=1)
            chunks.append(chunk)
        elif size > limit * _DRAIN:
            break
        if not event.get("more_body", False):
            break
    if size > limit:
        raise BodyTooLarge(f"The body is larger than {limit} bytes.", limit=limit)


def _check_type(request: HttpRequest) -> None:
    encoding = header(request, "Content-Encoding")
    if encoding not in {None, "", "identity"}:
        raise UnsupportedMediaType("The body is compressed; send it as it is, without 'Content-Encoding'.")
    given = header(request, "Content-Type")
    if not given:
        return
    kind = given.partition(";")[0].strip().lower()
    if kind not in {"application/json", "text/json"} and not kind.endswith("+json"):
        raise UnsupportedMediaType(f"The body is '{kind[:80]}', not JSON. {UnsupportedMediaType.remedy}")


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(raw.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise BadRequest(
            f"The body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
            line=error.lineno,
            column=error.colno,
        ) from None
    if not isinstance(parsed, dict):
        raise BadRequest('The body is not a JSON object: send {"field": "value"}.')
    return cast("dict[str, Any]", parsed)
