"""Commands about what a session's number, or a group of it, shows of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.media.orders import PROFILE_PICTURE
from session_host.whatsapp.own_questions import ShowGroupPicture, ShowPicture
from shared.contracts.commands.command import Change
from shared.contracts.commands.profile import SetGroupPicture, SetPicture, ShownPicture
from shared.contracts.content.file import File


@handles(SetPicture)
async def set_picture(context: Context, command: SetPicture) -> ShownPicture:
    """Show a picture of the number. Raises as `_shown`."""
    return await _shown(context, command.file, lambda jpeg: ShowPicture(jpeg=jpeg))


@handles(SetGroupPicture)
async def set_group_picture(context: Context, command: SetGroupPicture) -> ShownPicture:
    """Show a picture of a group. Raises as `_shown`."""
    return await _shown(context, command.file, lambda jpeg: ShowGroupPicture(jid=command.jid, jpeg=jpeg))


async def _shown(context: Context, picture: File, question: Callable[[bytes], Change[ShownPicture]]) -> ShownPicture:
    """Show a picture, which is made ready first.

    Raises:
        Disconnected: the session cannot say it.
        MediaNotFound, MediaUnreadable, PictureTooLarge, MediaTooHeavy: see `Readying.ready_as`.
        WagateError: WhatsApp did not take it.
    """
    holding = context.holding

    async def show() -> ShownPicture:
        async with holding.readying.ready_as(PROFILE_PICTURE, picture) as going:
            jpeg = await asyncio.to_thread(going.file.read_bytes)
        return await holding.questions.ask(question(jpeg), within=context.time_left)

    return await of_whatsapp(context, show)
