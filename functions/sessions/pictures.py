"""Draws QR codes. Drawing one takes some 15 ms of CPU, so it is done on a thread and the last ones are kept."""

from __future__ import annotations

import asyncio
import base64
import io
from functools import lru_cache
from typing import Literal

_KEPT = 64
_SCALE, _QUIET_ZONE = 8, 4


@lru_cache(maxsize=_KEPT)
def _drawn(text: str, form: Literal["png", "svg"]) -> bytes:
    import segno  # noqa: PLC0415 - most processes of many never draw

    picture = io.BytesIO()
    code = segno.make_qr(text, error="l", boost_error=False)
    code.save(picture, kind=form, scale=_SCALE, border=_QUIET_ZONE, light="white")
    return picture.getvalue()


@lru_cache(maxsize=_KEPT)
def _inline(text: str) -> str:
    import segno  # noqa: PLC0415 - as above

    code = segno.make_qr(text, error="l", boost_error=False)
    return code.svg_inline(border=_QUIET_ZONE, light="white", omitsize=True)


async def png(text: str) -> bytes:
    """The code as a PNG."""
    return await asyncio.to_thread(_drawn, text, "png")


async def svg(text: str) -> bytes:
    """The code as an SVG."""
    return await asyncio.to_thread(_drawn, text, "svg")


async def inline_svg(text: str) -> str:
    """The code as an element of a page, as large as its place."""
    return await asyncio.to_thread(_inline, text)


async def data_url(text: str) -> str:
    """The code as a PNG inside a `data:` URL, for an `<img src>`."""
    return "data:image/png;base64," + base64.b64encode(await png(text)).decode()
