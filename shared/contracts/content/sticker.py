"""Stickers."""

from __future__ import annotations

from typing import Literal

from shared.contracts.content.file import WithFile


class Sticker(WithFile):
    """A sticker."""

    type: Literal["sticker"] = "sticker"
