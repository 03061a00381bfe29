"""What WhatsApp can do and neonize 0.5.2 cannot: docs/not-supported.md is made of it, and routes answer with its words.

Facts from reading the library and running it (docs/neonize.md). A test of each would tell that a later version can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import NotSupported


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that cannot be done."""

    what: str
    """As one would ask for it."""
    why: str
    """What the library does, or lacks."""
    instead: str
    """What can be done."""

    def error(self) -> NotSupported:
        """What a route of it answers."""
        return NotSupported(f"{self.what} is not possible: {self.why} {self.instead} Nothing was done.")


_ADMIN_PHONE = "An admin does it on a phone."
LACKING: Mapping[str, Lacking] = {
    "group_requests": Lacking(
        "Approving or refusing requests to join a group",
        "neonize has no call that sends 'membership_requests_action', though whatsmeow beneath it has.",
        f"{_ADMIN_PHONE} Who asks to join is listed by GET /api/groups/{{jid}}/requests, and told by an event.",
    ),
    "group_join_approval": Lacking(
        "Turning on or off that admins approve who joins a group",
        "neonize has no call that sends 'membership_approval_mode'.",
        _ADMIN_PHONE,
    ),
    "group_add_mode": Lacking(
        "Setting who may add members to a group",
        "neonize has no call that sends 'member_add_mode'; groups that it makes let every member add others.",
        _ADMIN_PHONE,
    ),
    "group_picture_removal": Lacking(
        "Removing the picture of a group",
        "neonize hands no bytes to whatsmeow as an empty picture, where whatsmeow wants none at all.",
        f"Set another picture. {_ADMIN_PHONE}",
    ),
    "profile_picture_removal": Lacking(
        "Removing the picture of the session's number",
        "neonize hands no bytes to whatsmeow as an empty picture, where whatsmeow wants none at all.",
        "Set another picture, or remove it on the phone.",
    ),
    "status_recipients": Lacking(
        "Naming the recipients of one status post",
        "neonize takes no recipients: whatsmeow beneath it asks WhatsApp for the phone's status privacy, and posts to "
        "those it lists, or to every contact that the phone has saved by name.",
        "Set on the phone who sees status updates; GET /api/status-updates/audience says how many that are.",
    ),
    "status_privacy": Lacking(
        "Setting who sees status posts",
        "neonize has no call that writes the status privacy, though it reads it.",
        "Set it on the phone.",
    ),
    "newsletter_media_handle": Lacking(
        "Naming the media server's handle of a file that is posted in a newsletter",
        "neonize uploads such a file as it has to be, and has no parameter for the handle when it posts it.",
        "Files are posted without it, which others report to be enough; look once whether yours are shown.",
    ),
    "chat_settings": Lacking(
        "Pinning, muting, archiving or marking a chat as unread, and starring a message",
        "neonize has no call that writes into the settings which a number's devices share (whatsmeow's app state).",
        "Do it on the phone. What it does so is not told to this gateway either.",
    ),
    "labels": Lacking(
        "Reading labels, or putting them on chats",
        "neonize has no call for labels in the settings which a number's devices share (whatsmeow's app state).",
        "Use the app for businesses on the phone.",
    ),
    "poll_options": Lacking(
        "Adding an option to somebody's poll, and making a poll to which others may add some",
        "whatsmeow makes no such message: it knows what the secret for it is called, and nobody has told how phones "
        "write what is inside.",
        "Options that others add to polls of theirs are shown, and can be voted for.",
    ),
    "business_profile": Lacking(
        "Reading or setting the address, hours, description and catalogue of a business",
        "neonize has no call for business profiles, though whatsmeow beneath it has one that reads them.",
        "Set them on the phone. The verified name of a business is in GET /api/business-profile/{number}.",
    ),
}
"""By a short name that code has for it."""
