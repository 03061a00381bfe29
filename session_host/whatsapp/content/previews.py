"""Previews of links: what phones show of the link in a text, made by who sends it."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.content.kinds.text import extended_in
from shared.contracts.about import Preview


def show(message: Any, preview: Preview, thumbnail: bytes) -> None:  # noqa: ANN401 - a protobuf
    """Give a text of ours a preview; `thumbnail` is a JPEG, or empty."""
    text = extended_in(message)
    text.matchedText, text.title = preview.url, preview.title
    if preview.description:
        text.description = preview.description
    text.previewType = text.NONE
    if thumbnail:
        text.JPEGThumbnail = thumbnail
