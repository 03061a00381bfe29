"""The picture that the number of a session shows: small, as its host has it from WhatsApp, kept by the browser."""

from __future__ import annotations

import base64
from typing import Final

from litestar import Response
from litestar.params import FromPath

from functions.console.front.headers import SAFE
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.guards import Scope
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.contacts import FetchOwnPicture
from shared.errors import WagateError
from shared.ids import check_session_name

_WITHIN: Final = 4.0
"""Seconds: browsers have six connections to one host, and pages need them, too."""
_EMPTY: Final = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
_A_DAY, _SOME_MINUTES, _A_MINUTE = 86_400, 600, 60


@page("GET", "/console/sessions/{name:str}/picture", scope=Scope.SESSIONS_READ, chats="none")
async def own_picture(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """The picture; where there is none one that is empty, through which the letters behind it are seen."""
    session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
    try:
        told = await visit.serving.owners.reach(
            session.uid, FetchOwnPicture(), request_id=visit.id, within=0, answer_within=_WITHIN
        )
    except (NoResponder, NoAnswer, WagateError):
        return _kept(b"", _A_MINUTE)
    return _kept(base64.b64decode(told.jpeg), _A_DAY) if told.jpeg else _kept(b"", _SOME_MINUTES)


def _kept(jpeg: bytes, seconds: int) -> Response[bytes]:
    content, media_type = (jpeg, "image/jpeg") if jpeg else (_EMPTY, "image/svg+xml")
    headers = {**SAFE, "Cache-Control": f"private, max-age={seconds}", "Vary": "Cookie"}
    return Response(content, status_code=200, media_type=media_type, headers=headers)


PAGES = (own_picture,)
