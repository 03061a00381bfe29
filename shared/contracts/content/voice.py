"""Voice notes."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.content.file import WithFile


class Voice(WithFile):
    """A voice note."""

    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["voice"] = "voice"
    view_once: bool = Field(default=False, description="Whether the recipient may open it only once.")
