"""A message: what it says, whom it is for, and what became of it."""

from __future__ import annotations

from shared.errors.base import WagateError


class MessageNotFound(WagateError):
    code, status = "MESSAGE_NOT_FOUND", 404
    meaning = "This key sent no message with that id."
    remedy = "Use the 'id' that the send answered; messages are kept for 30 days."


class ChatNotFound(WagateError):
    code, status = "CHAT_NOT_FOUND", 404
    meaning = "This session has no messages of that chat."
    remedy = "GET /api/chats has those that there are. Messages end with their age, and with POST /api/clear-messages."


class NumberInvalid(WagateError):
    code, status = "NUMBER_INVALID", 422
    meaning = "That is not a phone number or WhatsApp address."
    remedy = "Write it with its country code, digits only: 628123456789."


class ContentUnfit(WagateError):
    code, status = "CONTENT_UNFIT", 422
    meaning = "WhatsApp has no such message in a newsletter, or among status posts; nothing was sent."
    remedy = "The answer says what there is."


class NumberNotOnWhatsApp(WagateError):
    code, status = "NUMBER_NOT_ON_WHATSAPP", 422
    meaning = "That number is not on WhatsApp."
    remedy = "Check the number with its owner; nothing was sent."


class TextTooLong(WagateError):
    code, status = "TEXT_TOO_LONG", 422
    meaning = "The text is longer than WhatsApp carries."
    remedy = "Split it; the limit is in the answer."


class IdempotencyKeyReused(WagateError):
    code, status = "IDEMPOTENCY_KEY_REUSED", 422
    meaning = "This Idempotency-Key was used with another body."
    remedy = "Use a new key for a new message; repeat the same body to repeat a request."


class SendInFlight(WagateError):
    code, status = "SEND_IN_FLIGHT", 409
    meaning = "A send with this Idempotency-Key is still under way."
    remedy = "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}."


class QueueFull(WagateError):
    code, status = "QUEUE_FULL", 429
    meaning = "As many messages of this session wait to be sent as may wait; this one was not accepted."
    remedy = "Connect the session, so that they go out, or ask again after 'Retry-After' seconds."


class SenderChanged(WagateError):
    code, status = "SENDER_CHANGED", 409
    meaning = "The session was linked to another number before this message went out; it was not sent."
    remedy = "Send it again if the number that the session has now may send it."


class MessageExpired(WagateError):
    code, status = "MESSAGE_EXPIRED", 504
    meaning = "The message waited longer than its 'expiresIn' and was not sent."
    remedy = "Send it again when the session is connected."


class SendUnknown(WagateError):
    code, status = "SEND_UNKNOWN", 504
    meaning = "The message was handed over, but whether WhatsApp took it cannot be known."
    remedy = "It is never sent again by itself; ask GET /api/messages/{id} later, a receipt may settle it."


class NotDecrypted(WagateError):
    code, status = "NOT_DECRYPTED", 504
    meaning = "A device of the recipient could not decrypt the message, and it cannot be sent there again."
    remedy = "Another device of the recipient may have it. Ask them, or send it as a new message."
