"""The picture that a session's number shows."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from pydantic import Field, StrictStr, create_model

from functions.asking import ASKING_ERRORS, ask_session
from functions.guards import Scope
from functions.http.answers import Answer, answer
from functions.http.bodies import Body, read, validate
from functions.http.forms import FORM, is_form
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import SessionName
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import services
from functions.uploads.sources import FileField, Source
from shared import errors
from shared.contracts.commands.profile import SetPicture
from shared.contracts.content.file import File
from shared.media.model import StoredFile

_FIELD: Final = FileField("image", 16 * 1024 * 1024, ("image/",))


class PictureBody(Body):
    """Where the picture is: one of these, or the file itself in a form."""

    session_id: SessionName | None = None
    image_url: StrictStr | None = Field(default=None, max_length=4096, description="An http(s) address, fetched now.")
    image_base64: StrictStr | None = Field(default=None, description="The file, in base64 or as a data URL.")
    base64: StrictStr | None = Field(default=None, description="The same.")
    media_id: StrictStr | None = Field(default=None, max_length=64, description="The `id` that POST /api/upload gave.")
    image_path: StrictStr | None = Field(default=None, description="Refused: no file of the server's is read.")

    def source(self) -> Source:
        """Where it is. Raises BadRequest."""
        if self.image_path is not None:
            raise errors.BadRequest(
                "A file of the server's own disk is not read for a caller. Send the file itself: in a form as 'file', "
                "as 'imageBase64', or give its address as 'imageUrl'.",
                field="imagePath",
            )
        if self.image_base64 is not None and self.base64 is not None:
            raise errors.BadRequest("Give either 'imageBase64' or 'base64'.", field="base64")
        return Source(self.image_url, self.image_base64 or self.base64, self.media_id)


_file: dict[str, Any] = {
    "file": (bytes, Field(default=b"", description="The file itself.", json_schema_extra={"format": "binary"}))
}
_PictureForm = create_model("PictureBodyForm", __base__=PictureBody, __doc__=PictureBody.__doc__, **_file)


class ShownAnswer(Answer):
    """The picture is shown."""

    message: str
    id: str = Field(description="WhatsApp's number of the picture.")


@route(
    "POST",
    "/api/update-profile-picture",
    scope=Scope.SESSIONS_WRITE,
    body=PictureBody,
    forms={FORM: _PictureForm},
    answers={200: ShownAnswer},
    parameters=SESSION,
    errors=(
        errors.MediaNotFound,
        errors.MediaUrlRefused,
        errors.MediaUrlFailed,
        errors.MediaTooLarge,
        errors.MediaEmpty,
        errors.MediaTypeUnsupported,
        errors.MediaQuota,
        errors.MediaUnreadable,
        errors.PictureTooLarge,
        errors.MediaTooHeavy,
        errors.StorageFull,
        errors.WhatsAppRefused,
        *(error for error in ASKING_ERRORS if error is not errors.NumberInvalid),
    ),
)
async def update_profile_picture(request: HttpRequest) -> Response[bytes]:
    """Show another picture: any picture becomes a square JPEG of at most 640 pixels, cut at its middle."""
    serving, key_id = services(request), tenant(request).id
    brought, fields = await serving.sources.of_form(request, key_id, _FIELD) if is_form(request) else (None, None)
    file: StoredFile | None = brought
    try:
        if fields is None:
            body = await read(request, PictureBody, request.app.state.base64_limit)
        else:
            body = validate(PictureBody, fields)
        source = body.source()
        source.check(_FIELD, in_form=brought is not None)
        taken = brought or await serving.sources.take(key_id, source, _FIELD)
        file = None if source.media_id else taken
        picture = File(media_id=taken.id, mimetype=taken.mimetype, size=taken.size, sha256=taken.sha256)
        shown = await ask_session(request, SetPicture(file=picture), body.session_id)
    finally:
        await serving.sources.drop(file)
    return answer(ShownAnswer(message="The picture is shown.", id=shown.id))
