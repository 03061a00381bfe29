"""Commands about what a session's number shows of itself."""

from __future__ import annotations

import asyncio

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.media.orders import PROFILE_PICTURE
from session_host.whatsapp.own_questions import ShowPicture
from shared.contracts.commands.profile import SetPicture, ShownPicture


@handles(SetPicture)
async def set_picture(context: Context, command: SetPicture) -> ShownPicture:
    """Show a picture, which is made ready first.

    Raises:
        Disconnected: the session cannot say it.
        MediaNotFound, MediaUnreadable, PictureTooLarge, MediaTooHeavy: see `Readying.ready_as`.
        WagateError: WhatsApp did not take it.
    """
    holding = context.holding

    async def show() -> ShownPicture:
        async with holding.readying.ready_as(PROFILE_PICTURE, command.file) as (file, _):
            jpeg = await asyncio.to_thread(file.read_bytes)
        return await holding.questions.ask(ShowPicture(jpeg=jpeg), within=context.time_left)

    return await of_whatsapp(context, show)
