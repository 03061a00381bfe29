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
        "neonize has no call that sends 'membership_requests_action', though whatsmeow below it has one.",
        f"{_ADMIN_PHONE} GET /api/groups/{{jid}}/requests lists the people who ask to join, and an event reports them.",
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
        "To remove a picture, whatsmeow needs no picture at all, but neonize gives it an empty one.",
        f"Set another picture. {_ADMIN_PHONE}",
    ),
    "profile_picture_removal": Lacking(
        "Removing the picture of the session's number",
        "To remove a picture, whatsmeow needs no picture at all, but neonize gives it an empty one.",
        "Set another picture, or remove it on the phone.",
    ),
    "status_recipients": Lacking(
        "Naming the recipients of one status post",
        "neonize accepts no recipients. whatsmeow below it asks WhatsApp for the phone's status privacy, and posts "
        "to the people on that list, or to every contact that the phone has saved by name.",
        "Choose on the phone who sees status updates. GET /api/status-updates/audience says how many people that is.",
    ),
    "status_privacy": Lacking(
        "Setting who sees status posts",
        "neonize can read the status privacy, but has no call that writes it.",
        "Set it on the phone.",
    ),
    "newsletter_media_handle": Lacking(
        "Naming the media server's handle of a file in a newsletter post",
        "neonize uploads the file correctly, but has no parameter for its handle when it posts.",
        "Files are posted without it. Others report that this is enough; check once that yours are shown.",
    ),
    "chat_settings": Lacking(
        "Pinning, muting, archiving or marking a chat as unread, and starring a message",
        "neonize has no call that changes the settings that a number's devices share (whatsmeow's app state).",
        "Do it on the phone. The gateway does not hear of it either.",
    ),
    "labels": Lacking(
        "Reading labels, or putting them on chats",
        "neonize has no call for labels, which are in the settings that a number's devices share (whatsmeow's app "
        "state).",
        "Use the WhatsApp Business app on the phone.",
    ),
    "poll_options": Lacking(
        "Adding an option to somebody's poll, and making a poll to which others may add options",
        "whatsmeow cannot make such a message. It knows the name of the secret for it, but nobody has published the "
        "format of the contents.",
        "You can see options that others add to their polls, and vote for them.",
    ),
    "business_profile": Lacking(
        "Reading or setting the address, hours, description and catalogue of a business",
        "neonize has no call for business profiles, though whatsmeow below it can read them.",
        "Set them on the phone. The verified name of a business is in GET /api/business-profile/{number}.",
    ),
}
"""By a short name that code has for it."""
