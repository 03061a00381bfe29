"""Stickers."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.content.file import WithFile


class Sticker(WithFile):
    """A sticker."""

    in_newsletters: ClassVar[bool] = True

    type: Literal["sticker"] = "sticker"
