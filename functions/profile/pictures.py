"""The picture that a session's number shows."""

from __future__ import annotations

from litestar import Response

from functions.asking import ASKING_ERRORS, ask, session_of
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.forms import FORM
from functions.http.requests import HttpRequest, tenant
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import services
from functions.uploads.shown_pictures import PictureBody, PictureForm, ShownAnswer, brought_picture
from functions.uploads.sources import READY_ERRORS
from shared import errors
from shared.contracts.commands.profile import SetPicture


@route(
    "POST",
    "/api/update-profile-picture",
    scope=Scope.SESSIONS_WRITE,
    body=PictureBody,
    forms={FORM: PictureForm},
    answers={200: ShownAnswer},
    parameters=SESSION,
    errors=(
        *READY_ERRORS,
        errors.WhatsAppRefused,
        *(error for error in ASKING_ERRORS if error is not errors.NumberInvalid),
    ),
)
async def update_profile_picture(request: HttpRequest) -> Response[bytes]:
    """Set the profile picture: any picture becomes a square JPEG of at most 640 pixels, cut out of its middle."""
    sources, key_id = services(request).sources, tenant(request).id
    async with brought_picture(request, sources, key_id, session_of) as (session, picture):
        shown = await ask(request, session, SetPicture(file=picture))
    return answer(ShownAnswer(message="The picture is shown.", id=shown.id))
