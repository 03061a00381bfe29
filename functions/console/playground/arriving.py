"""What the playground is sent: fields, and files, which go on to the API as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Final

from functions.console.front import forms
from functions.console.front.forms import Fields
from functions.console.front.visit import Visit
from functions.http.forms import Part, is_form, parts
from shared.errors import BodyTooLarge, FormNotOurs

_LARGEST: Final = 64 * 1024
"""Bytes of all fields."""


@asynccontextmanager
async def arriving(visit: Visit) -> AsyncGenerator[tuple[Fields, AsyncGenerator[Part] | None]]:
    """The fields of a form of ours, and the files behind them; None: no file was chosen.

    Raises:
        BodyTooLarge: the fields have more than 64 KiB.
        WagateError: what `Visit.form` raises, or `parts`.
    """
    if not is_form(visit.request):
        yield await visit.form(), None
        return
    if visit.login is None:
        raise FormNotOurs
    forms.check_token(visit.request, visit.login, Fields([]))  # in a header: what comes is not read before
    async with aclosing(parts(visit.request)) as form:
        fields: list[tuple[str, str]] = []
        room = _LARGEST
        async for part in form:
            if part.file_name:
                async with aclosing(_files(part, form)) as files:
                    yield Fields(fields), files
                return
            text = bytearray()
            async for piece in part.chunks:
                text += piece
                if len(text) > room:
                    raise BodyTooLarge(f"The form is larger than {_LARGEST} bytes.", limit=_LARGEST)
            room -= len(text)
            fields.append((part.name, text.decode("utf-8", "replace")))
        yield Fields(fields), None


async def _files(first: Part, form: AsyncGenerator[Part]) -> AsyncGenerator[Part]:
    yield first
    async for part in form:
        if part.file_name:
            yield part
