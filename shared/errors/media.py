"""A file that a message carries."""

from __future__ import annotations

from shared.errors.base import WagateError


class MediaUnreadable(WagateError):
    code, status = "MEDIA_UNREADABLE", 422
    meaning = "The file cannot be read as what it is to be sent as: it is damaged, cut off, or of another format."
    remedy = "Send a file that opens in other programs, or send it as a document."


class PictureTooLarge(WagateError):
    code, status = "PICTURE_TOO_LARGE", 422
    meaning = "The picture has more pixels than the gateway opens."
    remedy = "Make it smaller; the limit is in the answer."


class MediaTooHeavy(WagateError):
    code, status = "MEDIA_TOO_HEAVY", 422
    meaning = "The file could not be made ready for WhatsApp within the memory and the time that one file may take."
    remedy = "Make it shorter or smaller, send it in a format that WhatsApp takes as it is, or send it as a document."
