"""A form (`multipart/form-data`) part by part, as it comes: no part is ever in memory as a whole, and none on a disk.

Litestar reads a form whole, files of more than a megabyte onto a disk of its choice (docs/adr/0039).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from functions.http.arriving import pieces
from functions.http.requests import HttpRequest, header
from shared.errors import BadRequest

FORM: Final = "multipart/form-data"
_MOST_PARTS: Final = 64
_LONGEST_NAME: Final = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form, or one file; what is not read of it is passed over."""

    name: str
    file_name: str | None
    """None: it is no file."""
    mimetype: str | None
    chunks: AsyncGenerator[bytes]


def is_form(request: HttpRequest) -> bool:
    """Whether the body says that it is one."""
    return (header(request, "Content-Type") or "").partition(";")[0].strip().lower() == FORM


async def parts(request: HttpRequest) -> AsyncGenerator[Part]:
    """Its parts, in their order. Close it (`contextlib.aclosing`) if it is not read out.

    Raises:
        BadRequest: it is none, or it is malformed; its sender left.
        RequestTimeout: it comes too slowly.
        UnsupportedMediaType: it is compressed.
    """
    async with aclosing(_events(request)) as events:
        async for event in events:
            if isinstance(event, MultipartSegment):
                chunks = _until_end(events)
                mimetype = event.content_type if event.header("Content-Type") else None
                yield Part((event.name or "")[:_LONGEST_NAME], event.filename, mimetype, chunks)
                async for _ in chunks:
                    pass


_Event = MultipartSegment | bytes | bytearray | None


async def _events(request: HttpRequest) -> AsyncGenerator[_Event]:
    try:
        with PushMultipartParser(_boundary(request), max_segment_count=_MOST_PARTS) as parser:
            async for piece in pieces(request):
                for event in parser.parse(piece):
                    yield event
    except MultipartError as error:
        raise BadRequest(f"The body is no form as its header says: {error}.") from None


async def _until_end(events: AsyncGenerator[_Event]) -> AsyncGenerator[bytes]:
    async for event in events:
        if event is None:
            return
        if isinstance(event, (bytes, bytearray)):
            yield bytes(event)


def _boundary(request: HttpRequest) -> str:
    _, options = parse_options_header(header(request, "Content-Type") or "")
    boundary = options.get("boundary", "")
    if not boundary or len(boundary) > _LONGEST_NAME or not boundary.isascii():
        raise BadRequest("The form's header has no boundary: let your HTTP client write 'Content-Type' by itself.")
    return boundary
