"""Commands about who is there and who is writing."""

from __future__ import annotations

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from session_host.commands.handling import handles
from shared.contracts.commands.command import Done
from shared.contracts.commands.presence import OwnPresence, PresenceReply, ReadPresence, SetPresence, SetTyping
from shared.jids import Jid


@handles(ReadPresence)
async def read_presence(context: Context, command: ReadPresence) -> PresenceReply:
    """Say what is known of somebody, and follow them from now on. Raises what `of_whatsapp` does."""
    presence, within = context.holding.presence, context.time_left
    return await of_whatsapp(context, lambda: presence.of(Jid.parse(command.jid), within=within))


@handles(SetPresence)
async def set_presence(context: Context, command: SetPresence) -> OwnPresence:
    """Be seen as available, or no longer. Raises NoPushName, and what `of_whatsapp` does."""
    presence, within = context.holding.presence, context.time_left
    await of_whatsapp(context, lambda: presence.show(available=command.available, within=within))
    return OwnPresence(available=presence.available)


@handles(SetTyping)
async def set_typing(context: Context, command: SetTyping) -> Done:
    """Be seen writing in a chat, or no longer. Raises what `of_whatsapp` does."""
    presence, within = context.holding.presence, context.time_left
    chat = Jid.parse(command.jid)
    await of_whatsapp(
        context,
        lambda: presence.write(
            chat, on=command.on, recording=command.recording, seconds=command.seconds, within=within
        ),
    )
    return Done()
