"""Documents."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.content.file import Caption, WithFile


class Document(WithFile):
    """Any file, as it is."""

    in_newsletters: ClassVar[bool] = True

    type: Literal["document"] = "document"
    caption: Caption | None = Field(default=None, description="Words below it.")
