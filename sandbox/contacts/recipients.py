"""To whom a contact writes, and who gets it."""

from __future__ import annotations

from typing import Final

from neonize.aioze.client import NewAClient
from neonize.proto.Neonize_pb2 import JID
from neonize.utils.jid import build_jid

_NUMBERS: Final = "s.whatsapp.net"
_GROUPS: Final = "g.us"
STATUS: Final = "status@broadcast"
_BROADCASTS: Final = "broadcast"
"""Status posts go to saved contacts."""


def recipient(to: str) -> JID:
    """Return the address of a number, or the one that a JID is."""
    user, _, server = to.partition("@")
    return build_jid(user, server or _NUMBERS)


async def receivers(client: NewAClient, to: JID) -> list[str]:
    """Return the numbers that get what a connected client sends to an address; none when nobody can say.

    Raises:
        NeonizeError: It is a group that this client isn't in.
    """
    if to.Server == _GROUPS:
        return [member.PhoneNumber.User for member in (await client.get_group_info(to)).Participants]
    if to.Server == _BROADCASTS:
        return [contact.JID.User for contact in await client.contact.get_all_contacts()]
    return [to.User] if to.Server == _NUMBERS else []
