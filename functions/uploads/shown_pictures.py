"""A picture that a number or a group is to show of itself, as a request brings it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from pydantic import Field, StrictStr, create_model

from functions.http.answers import Answer
from functions.http.bodies import Body, read, validate
from functions.http.forms import is_form
from functions.http.requests import HttpRequest
from functions.http.session_names import SessionName
from functions.uploads.sources import FileField, Source, Sources, file_of
from shared import errors
from shared.contracts.content.file import File
from shared.media.model import StoredFile
from shared.sessions.model import Session

_FIELD: Final = FileField("image", 16 * 1024 * 1024, ("image/",))


SessionOf = Callable[[HttpRequest, str | None], Awaitable[Session]]
"""The session that a request names, in its body or beside it (`functions.asking.session_of`)."""


class PictureBody(Body):
    """Where the picture is: one of these, or the file itself in a form."""

    session_id: SessionName | None = None
    image_url: StrictStr | None = Field(
        default=None, max_length=4096, description="An http(s) address; the gateway fetches it now."
    )
    image_base64: StrictStr | None = Field(default=None, description="The file, in base64 or as a data URL.")
    base64: StrictStr | None = Field(default=None, description="The same.")
    media_id: StrictStr | None = Field(default=None, max_length=64, description="The `id` that POST /api/upload gave.")
    image_path: StrictStr | None = Field(default=None, description="Refused: the gateway reads no files of the server.")

    def source(self) -> Source:
        """Where it is. Raises BadRequest."""
        if self.image_path is not None:
            raise errors.BadRequest(
                "The gateway reads no file on the server's disk for a caller. Send the file itself: in a form as "
                "'file', as 'imageBase64', or by its address as 'imageUrl'.",
                field="imagePath",
            )
        if self.image_base64 is not None and self.base64 is not None:
            raise errors.BadRequest("Give either 'imageBase64' or 'base64'.", field="base64")
        return Source(self.image_url, self.image_base64 or self.base64, self.media_id)


_file: dict[str, Any] = {
    "file": (bytes, Field(default=b"", description="The file itself.", json_schema_extra={"format": "binary"}))
}
PictureForm = create_model("PictureBodyForm", __base__=PictureBody, __doc__=PictureBody.__doc__, **_file)


class ShownAnswer(Answer):
    """The picture is shown."""

    message: str
    id: str = Field(description="WhatsApp's number of the picture.")


@asynccontextmanager
async def brought_picture(
    request: HttpRequest, sources: Sources, key_id: str, session_of: SessionOf
) -> AsyncGenerator[tuple[Session, File]]:
    """The session that a request names, and the picture, which is dropped in the end unless it was an upload.

    Raises one of `READY_ERRORS`, what is wrong with the request, and what `session_of` does.
    """
    brought, fields = await sources.of_form(request, key_id, _FIELD) if is_form(request) else (None, None)
    file: StoredFile | None = brought
    try:
        if fields is None:
            body = await read(request, PictureBody, request.app.state.base64_limit)
        else:
            body = validate(PictureBody, fields)
        session, source = await session_of(request, body.session_id), body.source()
        source.check(_FIELD, in_form=brought is not None)
        taken = brought or await sources.take(key_id, source, _FIELD)
        file = None if source.media_id else taken
        yield session, file_of(taken, source)
    finally:
        await sources.drop(file)
