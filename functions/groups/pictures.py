"""Pictures of groups."""

from __future__ import annotations

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import group_jid
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS
from functions.groups.schemas import GroupPictureAnswer
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.forms import FORM
from functions.http.requests import HttpRequest, tenant
from functions.reference.described import SESSION
from functions.routing import Method, route
from functions.services import services
from functions.uploads.shown_pictures import PictureBody, PictureForm, ShownAnswer, brought_picture
from functions.uploads.sources import READY_ERRORS
from shared.contracts.commands.groups import ReadGroupPicture
from shared.contracts.commands.profile import SetGroupPicture


@route(
    "GET",
    "/api/groups/{jid:str}/picture",
    scope=Scope.MESSAGES_READ,
    answers={200: GroupPictureAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def get_group_picture(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Say where the picture of a group is."""
    reply = await ask(request, await session_of(request), ReadGroupPicture(jid=group_jid(jid)))
    return answer(GroupPictureAnswer(url=reply.url, id=reply.id))


def _setting(method: Method) -> HTTPRouteHandler:
    async def set_picture(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
        """Show another picture of a group: any picture becomes a square JPEG of at most 640 pixels."""
        group = group_jid(jid)
        sources, key_id = services(request).sources, tenant(request).id
        async with brought_picture(request, sources, key_id, session_of) as (session, picture):
            shown = await ask(request, session, SetGroupPicture(jid=group, file=picture))
        return answer(ShownAnswer(message="The picture is shown.", id=shown.id))

    set_picture.__name__ = f"{method.lower()}_group_picture"
    return route(
        method,
        "/api/groups/{jid:str}/picture",
        scope=Scope.MESSAGES_SEND,
        body=PictureBody,
        forms={FORM: PictureForm},
        answers={200: ShownAnswer},
        parameters=SESSION,
        errors=(*CHANGE_ERRORS, *READY_ERRORS),
    )(set_picture)


ROUTES = (get_group_picture, _setting("PUT"), _setting("POST"))
