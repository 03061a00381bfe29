"""Sounds."""

from __future__ import annotations

from typing import Literal

from shared.contracts.content.file import WithFile


class Audio(WithFile):
    """A sound that is no voice note."""

    type: Literal["audio"] = "audio"
