"""How somebody looks to a contact: what its client is told when it asks, as an app does that opens a profile."""

from __future__ import annotations

from typing import Any, Final

from neonize.exc import GetProfilePictureError
from neonize.proto.Neonize_pb2 import GetProfilePictureParams

from sandbox.contacts.contact import Contact

_HIDDEN: Final = "hidden their profile picture"
"""whatsmeow's words for a refusal by 401."""


async def look(contact: Contact, to: str) -> dict[str, Any]:
    """Return the text about the owner of a number, the id and address of their picture, and a business's name.

    Raises:
        NotConnectedError: the contact isn't connected.
    """
    async with contact.asking(to) as (client, jid):
        (found,) = await client.get_user_info(jid)
        shown: dict[str, Any] = {"about": found.UserInfo.Status, "pictureId": found.UserInfo.PictureID or None}
        (registered,) = await client.is_on_whatsapp(f"+{to}")  # of the two only this passes on a business's name
        if registered.HasField("VerifiedName"):
            shown["verifiedName"] = registered.VerifiedName.Details.verifiedName
        # All three fields: where one is missing, the library looks at none of them.
        how = GetProfilePictureParams(Preview=False, ExistingID="", IsCommunity=False)
        try:
            picture = await client.get_profile_picture(jid, how)
        except GetProfilePictureError as error:
            return {**shown, "picture": None, "hidden": _HIDDEN in str(error)}
        return {**shown, "picture": picture.URL, "hidden": False}
