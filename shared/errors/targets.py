"""What cannot be said about another message, or in answer to it."""

from __future__ import annotations

from shared.errors.base import WagateError


class TargetNotFound(WagateError):
    code, status = "TARGET_NOT_FOUND", 404
    meaning = "The message that is meant is neither in the session's inbox nor among those it sent; nothing was sent."
    remedy = "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' that a send answered."


class TargetNotOwn(WagateError):
    code, status = "TARGET_NOT_OWN", 422
    meaning = "That can only be done to a message that this session's number has sent; nothing was sent."
    remedy = "Use the id of one of its own messages."


class TargetTooOld(WagateError):
    code, status = "TARGET_TOO_OLD", 422
    meaning = "WhatsApp takes this for a limited time after a message only, and that has passed; nothing was sent."
    remedy = "The limit, in seconds, is in the answer. Send a new message instead."


class TargetUnfit(WagateError):
    code, status = "TARGET_UNFIT", 422
    meaning = "The message that is meant is not one to which this can be done; nothing was sent."
    remedy = "The answer says why."
