"""What cannot be said about another message, or in answer to it."""

from __future__ import annotations

from shared.errors.base import WagateError


class TargetNotFound(WagateError):
    code, status = "TARGET_NOT_FOUND", 404
    meaning = "The session has no such message, neither received nor sent. Nothing was sent."
    remedy = (
        "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' from the answer to a send."
    )


class TargetNotOwn(WagateError):
    code, status = "TARGET_NOT_OWN", 422
    meaning = "This works only for messages that the session's own number sent. Nothing was sent."
    remedy = "Use the id of one of its own messages."


class TargetTooOld(WagateError):
    code, status = "TARGET_TOO_OLD", 422
    meaning = "WhatsApp allows this only for some time after a message, and that time is over. Nothing was sent."
    remedy = "The limit in seconds is in the answer. Send a new message instead."


class TargetUnfit(WagateError):
    code, status = "TARGET_UNFIT", 422
    meaning = "This cannot be done to that kind of message. Nothing was sent."
    remedy = "The answer says why."
