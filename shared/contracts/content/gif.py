"""GIFs."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.content.file import Caption, WithFile


class Gif(WithFile):
    """A film without sound that plays by itself, again and again."""

    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["gif"] = "gif"
    caption: Caption | None = Field(default=None, description="Words below it.")
