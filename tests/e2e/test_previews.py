"""A link's preview, from a request to what a contact of the sandbox is shown."""

from __future__ import annotations

import asyncio
import base64
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.gateway import Gateway
from tests.e2e.grouped import until
from tests.e2e.talking import Talk
from tests.functions.messages.test_previews import HTML, PAGE, site
from tests.session_host.media.inputs import picture


def _png(folder: Path) -> bytes:
    picture((600, 300)).save(folder / "cup.png")
    return (folder / "cup.png").read_bytes()


async def test_what_a_page_says_is_shown(gateway: Gateway, tmp_path: Path) -> None:
    """Title, words and a small picture; the server finds nothing wrong with the stanza."""
    talk = await Talk.begin(gateway)
    pages = {"/": (HTML, PAGE), "/cup.png": ("image/png", await asyncio.to_thread(_png, tmp_path))}
    async with site(pages) as (url, _):

        async def pictured() -> dict[str, Any] | None:
            """A page and its picture have a few seconds, after which the text goes out without them."""
            sent = await talk.send("/api/send-message", message=f"see {url}/.", linkPreview=True)
            got = await talk.got(sent)
            return got if "thumbnail" in got.get("preview", {}) else None

        got = await until(pictured)
    small = got["preview"].pop("thumbnail")
    assert got["text"] == f"see {url}/."
    assert got["preview"] == {"url": f"{url}/", "title": "Cups", "description": "All of them"}
    assert Image.open(BytesIO(base64.b64decode(small))).size == (192, 96)


async def test_a_caller_says_what_is_shown(gateway: Gateway) -> None:
    """Without what may not be fetched; an answer has a preview too, and a page inside our network none."""
    talk = await Talk.begin(gateway)
    own = {"title": "Cups", "description": "All of them", "imageUrl": "http://127.0.0.2/cup.png"}
    sent = await talk.send("/api/send-message", message="see https://example.com/cups.", linkPreview=own)
    shown = {"url": "https://example.com/cups", "title": "Cups", "description": "All of them"}
    assert (await talk.got(sent))["preview"] == shown
    answer = await talk.send(
        "/api/reply-message", messageId=sent["messageId"], text="or https://example.com", linkPreview={"title": "All"}
    )
    got = await talk.got(answer)
    assert (got["quotedId"], got["preview"]) == (sent["messageId"], {"url": "https://example.com", "title": "All"})
    inside = await talk.send("/api/send-message", message="http://127.0.0.2/", linkPreview=True)
    assert "preview" not in await talk.got(inside)
