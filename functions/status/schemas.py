"""Bodies and answers of status posts."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StrictStr

from functions.http.answers import Answer
from functions.http.numbers import Number
from functions.messages.file_sends import FileBody
from functions.messages.schemas import Words, text_of
from functions.uploads.sources import FileField, Source
from shared.contracts.about import About, Look
from shared.contracts.content.file import Caption, File, WithFile
from shared.contracts.content.gif import Gif
from shared.contracts.content.image import Image
from shared.contracts.content.text import Text
from shared.contracts.content.video import Video
from shared.contracts.content.voice import Voice
from shared.errors import BadRequest
from shared.jids import STATUS
from shared.not_supported import LACKING

FIELD: Final = FileField("media", 64 * 1024 * 1024, ("image/", "video/", "audio/"))
_KINDS: Final[dict[str, type[WithFile]]] = {"image": Image, "video": Video, "gif": Gif, "voice": Voice}
_BY_FAMILY: Final = {"image": "image", "video": "video", "audio": "voice"}
_FONTS: Final = {
    "system": 0, "text": 1, "script": 2, "bold": 6, "morning_breeze": 7, "calistoga": 8, "exo": 9, "courier": 10,
}  # fmt: skip
_OPAQUE: Final = 0xFF000000
Font = Literal["system", "text", "script", "bold", "morning_breeze", "calistoga", "exo", "courier"]
Colour = Annotated[StrictStr, Field(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#128C7E"])]


class StatusUpdateBody(FileBody):
    """What is posted: a `text`, or a file by one of `mediaUrl`, `mediaBase64`, `mediaId`, or in a form `file`."""

    text: Words | None = None
    background_color: Colour | None = Field(default=None, description="For a text: `#RRGGBB`.")
    text_color: Colour | None = Field(default=None, description="For a text: the colour of its letters, `#RRGGBB`.")
    font: Font | None = Field(default=None, description="Of a text.")
    type: Literal["image", "video", "gif", "voice"] | None = Field(
        default=None,
        description="How to show a file; by default as the picture, video or voice note that it is.",
    )
    media_url: StrictStr | None = Field(
        default=None, max_length=4096, description="An http(s) address; the gateway fetches it now."
    )
    media_base64: StrictStr | None = Field(
        default=None, description="The file itself, in base64 or as a data URL. Upload large files instead."
    )
    caption: Caption | None = Field(default=None, description="Text below a picture or a video.")
    recipients: list[Number] | None = Field(
        default=None, max_length=1024, description="Refused with NOT_SUPPORTED: the phone's privacy chooses them."
    )

    def recipient(self) -> str:
        """Where status posts go."""
        if self.recipients is not None:
            raise LACKING["status_recipients"].error()
        return STATUS

    def words(self) -> Text | None:
        """The text, None of a file; raises TextTooLong, and BadRequest for something of both."""
        if self.text is None:
            return None
        source = self.source()
        if source.url or source.base64 or source.media_id or self.caption or self.type:
            raise _two_things()
        return text_of(self.text)

    def look(self) -> Look | None:
        """How the text is shown, None where nothing is said of that."""
        look = Look(
            background=_number(self.background_color),
            colour=_number(self.text_color),
            font=None if self.font is None else _FONTS[self.font],
        )
        return None if look == Look() else look

    def about(self, default_region: str | None) -> About | None:
        """What it has beside its content."""
        look, beside = self.look(), super().about(default_region)
        return beside if look is None else (beside or About()).model_copy(update={"look": look})

    def source(self) -> Source:
        """Where the file is."""
        return Source(self.media_url, self.media_base64, self.media_id, self.file_name, self.mimetype)

    def with_file(self, file: File) -> WithFile:
        """What is posted; raises BadRequest for words below what has none, and for a text beside it."""
        if self.text is not None or self.look() is not None:
            raise _two_things()
        kind = _KINDS[self.type or _BY_FAMILY.get(file.mimetype.partition("/")[0], "image")]
        if self.caption is None:
            return kind(file=file)
        if "caption" not in kind.model_fields:
            raise BadRequest("A voice note has no 'caption'.", field="caption")
        return kind.model_validate({"file": file, "caption": self.caption})


class AudienceAnswer(Answer):
    """Whom status posts go to."""

    who: Literal["contacts", "only", "contacts_except"] = Field(description="Set on the phone only.")
    people: int = Field(description="How many people that is.")


def _two_things() -> BadRequest:
    return BadRequest(
        "Give either a 'text' with its colours and 'font', or a file with its 'type' and 'caption'.", field="text"
    )


def _number(colour: str | None) -> int | None:
    return None if colour is None else _OPAQUE | int(colour[1:], 16)
