"""What a session asks WhatsApp by itself, on the way to what it was asked to do: no API sends these."""

from __future__ import annotations

from shared.contracts.commands.command import Change, Done, Question, Reply
from shared.contracts.commands.people import NumbersReply
from shared.contracts.commands.profile import ShownPicture
from shared.contracts.event import Person


class LookUpNumbers(Question[NumbersReply]):
    """Which of a few numbers are registered, in one question."""

    kind: str = "look_up_numbers"
    numbers: tuple[str, ...]


class ShowPicture(Change[ShownPicture]):
    """Show this picture, a JPEG that is ready."""

    kind: str = "show_picture"
    jpeg: bytes


class ShowGroupPicture(Change[ShownPicture]):
    """Show this picture of a group, a JPEG that is ready."""

    kind: str = "show_group_picture"
    jid: str
    jpeg: bytes


class TellPresence(Change[Done]):
    """Say that the session is available, or not."""

    kind: str = "tell_presence"
    available: bool


class TellTyping(Change[Done]):
    """Say in a chat that the session is writing, or recording, or no longer."""

    kind: str = "tell_typing"
    jid: str
    on: bool
    recording: bool = False


class FollowedReply(Reply):
    """Whom it is about, by everything that is known of their addresses."""

    person: Person = Person()


class FollowPresence(Question[FollowedReply]):
    """Be told when somebody comes and goes, as long as the connection lasts."""

    kind: str = "follow_presence"
    jid: str
