"""Draws QR codes. Drawing one takes some 20 ms of CPU, so it is done on a thread and the last ones are kept."""

from __future__ import annotations

import asyncio
import base64
import io
from functools import lru_cache
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_L
from qrcode.image.svg import SvgPathImage

_KEPT = 64


def _code(text: str) -> Any:  # noqa: ANN401 - the library has types of its own making only
    code: Any = qrcode.QRCode(error_correction=ERROR_CORRECT_L, box_size=8, border=4)
    code.add_data(text)
    return code


@lru_cache(maxsize=_KEPT)
def _png(text: str) -> bytes:
    picture = io.BytesIO()
    _code(text).make_image().save(picture)
    return picture.getvalue()


@lru_cache(maxsize=_KEPT)
def _svg(text: str) -> bytes:
    return _code(text).make_image(image_factory=SvgPathImage).to_string()


async def png(text: str) -> bytes:
    """The code as a PNG."""
    return await asyncio.to_thread(_png, text)


async def svg(text: str) -> bytes:
    """The code as an SVG."""
    return await asyncio.to_thread(_svg, text)


async def data_url(text: str) -> str:
    """The code as a PNG inside a `data:` URL, for an `<img src>`."""
    return "data:image/png;base64," + base64.b64encode(await png(text)).decode()
