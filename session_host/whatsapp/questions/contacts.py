"""What WhatsApp knows of people."""

from __future__ import annotations

from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.neonize_client import NeonizeClient, protobufs
from session_host.whatsapp.send_errors import explain_lookup
from shared.contracts.commands.contacts import PictureReply, ReadPicture, ReadPreview
from shared.jids import Jid

_NONE, _HIDDEN = "does not have a profile picture", "hidden their profile picture"
"""The library's words for WhatsApp's 404 and 401."""


@answers(ReadPicture)
def picture(library: NeonizeClient, question: ReadPicture) -> PictureReply:
    """Where it is."""
    return picture_of(library, Jid.parse(question.jid))


@answers(ReadPreview)
def preview(library: NeonizeClient, question: ReadPreview) -> PictureReply:
    """Where the small one is."""
    return picture_of(library, Jid.parse(question.jid), preview=True)


def picture_of(library: NeonizeClient, jid: Jid, *, preview: bool = False) -> PictureReply:
    """Where the picture of somebody, or of a group, is; the library downloads nothing. Raises NotSent, NotLookedUp."""
    # All three: where one is missing, the library looks at none of them.
    how = protobufs.GetProfilePictureParams(Preview=preview, ExistingID="", IsCommunity=False)
    answer = library.ask("GetProfilePicture", protobufs.GetProfilePictureReturnFunction, jid, how)
    if _NONE in answer.Error or _HIDDEN in answer.Error:
        return PictureReply(hidden=_HIDDEN in answer.Error)
    if answer.Error:
        raise explain_lookup(answer.Error)
    return PictureReply(url=answer.Picture.URL or None, id=answer.Picture.ID or None)
