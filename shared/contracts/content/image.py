"""Pictures."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.content.file import Caption, WithFile


class Image(WithFile):
    """A picture."""

    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["image"] = "image"
    caption: Caption | None = Field(default=None, description="Words below it.")
    view_once: bool = Field(default=False, description="Whether the recipient may open it only once.")
