"""The command about the picture that a session's own number shows."""

from __future__ import annotations

import asyncio
import base64

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.downloads.errors import Unreachable
from shared.contracts.commands.contacts import FetchOwnPicture, OwnPictureReply, ReadPreview
from shared.jids import PHONE, Jid


@handles(FetchOwnPicture)
async def fetch_own_picture(context: Context, _: FetchOwnPicture) -> OwnPictureReply:
    """Bring it; that there is none, or that it cannot be had now, are the same to who looks.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say (`Questions.ask`).
    """
    holding, began = context.holding, asyncio.get_running_loop().time()
    number = holding.live.report.number
    if number is None:
        return OwnPictureReply()
    question = ReadPreview(jid=str(Jid(number, PHONE)))
    where = await of_whatsapp(context, lambda: holding.questions.ask(question, within=context.time_left))
    if where.url is None:
        return OwnPictureReply()
    try:
        async with asyncio.timeout_at(began + context.time_left):
            picture = await holding.fetch_picture(where.url)
    except (Unreachable, TimeoutError):
        return OwnPictureReply()
    return OwnPictureReply(jpeg=base64.b64encode(picture).decode())
