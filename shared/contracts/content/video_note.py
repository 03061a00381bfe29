"""Video notes."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.content.file import WithFile


class VideoNote(WithFile):
    """A short film that is shown round."""

    in_newsletters: ClassVar[bool] = True

    type: Literal["video_note"] = "video_note"
