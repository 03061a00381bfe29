"""Bodies and answers of uploads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictStr

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from shared.discreet import Discreet
from shared.media.model import StoredFile
from shared.media.names import extension_of
from shared.whole import Whole

_FAMILIES = {"image": "image", "video": "video", "audio": "audio"}


class UploadForm(Discreet):
    """A form with a file; other fields are passed over."""

    file: bytes = Field(description="The file.", json_schema_extra={"format": "binary"})


class UploadBody(Body):
    """A file that is to be brought to an address of its own, which the answer has."""

    file_name: StrictStr | None = Field(default=None, max_length=1024)
    mimetype: StrictStr | None = Field(default=None, pattern=r"^[A-Za-z]+/[A-Za-z0-9][A-Za-z0-9.+-]{0,99}$")
    size: Whole = Field(ge=1, description="Bytes, exactly.")


class UploadedFile(Part):
    """A file that is kept."""

    id: str = Field(description="For `mediaId` of a send, and GET /api/media/{id}.")
    filename: str = Field(description="Its id with the extension of its type.")
    original_name: str | None = Field(description="The name that its sender gave it.")
    mimetype: str = Field(description="Its type, as its bytes show it.")
    size: int = Field(description="Bytes.")
    sha256: Optional[str] = Field(default=None, description="Of its bytes, in hex, when they are there.")
    category: Literal["image", "video", "audio", "document"]
    url: str = Field(description="Where it is read: GET /api/media/{id}.")
    expires_at: Moment


class Destination(Part):
    """Where the bytes are to be brought, without an API key, once."""

    method: Literal["PUT"] = "PUT"
    url: str = Field(description="An absolute address, or a path of this API.")
    headers: dict[str, str] = Field(description="Headers to send with the bytes, unchanged.")
    expires_at: Moment


class UploadAnswer(Answer):
    """The file is kept, until it expires or for as long as a message uses it."""

    file: UploadedFile
    upload: Optional[Destination] = Field(default=None, description="Where to upload its bytes.")


def uploaded(file: StoredFile) -> UploadedFile:
    """A file as its owner sees it."""
    category = _FAMILIES.get(file.mimetype.partition("/")[0], "document")
    return UploadedFile.model_validate(
        {
            "id": file.id,
            "filename": file.id + extension_of(file.mimetype),
            "original_name": file.file_name,
            "mimetype": file.mimetype,
            "size": file.size,
            "sha256": file.sha256 or None,
            "category": category,
            "url": f"/api/media/{file.id}",
            "expires_at": file.expires_at,
        }
    )
