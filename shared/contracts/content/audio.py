"""Sounds."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.content.file import WithFile


class Audio(WithFile):
    """A sound that is no voice note."""

    in_newsletters: ClassVar[bool] = True

    type: Literal["audio"] = "audio"
