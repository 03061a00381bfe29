"""Videos."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.content.file import Caption, WithFile


class Video(WithFile):
    """A video."""

    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["video"] = "video"
    caption: Caption | None = Field(default=None, description="Words below it.")
    view_once: bool = Field(default=False, description="Whether the recipient may open it only once.")
