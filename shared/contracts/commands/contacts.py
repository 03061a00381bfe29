"""What WhatsApp knows of other people's numbers."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Command, Question, Reply


class NumberReply(Reply):
    """Whether a number is on WhatsApp, and its addresses."""

    exists: bool
    jid: str | None = None
    lid: str | None = None
    checked_at: int | None = None
    """When WhatsApp said so; older hosts do not tell."""


class CheckNumber(Command[NumberReply]):
    """Ask WhatsApp whether a number is registered."""

    kind: Literal["check_number"] = "check_number"
    number: str
    fresh: bool = False
    """Whether WhatsApp is asked although an answer is remembered; older hosts do not look at it."""


class PictureReply(Reply):
    """Where a profile picture is, when there is one and it may be seen."""

    url: str | None = None
    id: str | None = None
    """WhatsApp's number of it: another picture has another one."""
    hidden: bool = False


class ReadPicture(Question[PictureReply]):
    """Ask WhatsApp for the profile picture of a person or a group."""

    kind: Literal["read_picture"] = "read_picture"
    jid: str


class ReadPreview(Question[PictureReply]):
    """Ask WhatsApp for the small profile picture of a person."""

    kind: Literal["read_preview"] = "read_preview"
    jid: str


class OwnPictureReply(Reply):
    """A small picture."""

    jpeg: str | None = None
    """In base64; None: there is none, or it cannot be had now."""


class FetchOwnPicture(Command[OwnPictureReply]):
    """Fetch the small picture that the session's own number shows."""

    kind: Literal["fetch_own_picture"] = "fetch_own_picture"
