"""A message: what it says, whom it is for, and what became of it."""

from __future__ import annotations

from shared.errors.base import WagateError


class MessageNotFound(WagateError):
    code, status = "MESSAGE_NOT_FOUND", 404
    meaning = "This key sent no message with this id."
    remedy = "Use the 'id' from the answer to the send. Messages are kept for 30 days."


class ChatNotFound(WagateError):
    code, status = "CHAT_NOT_FOUND", 404
    meaning = "This session has no messages in that chat."
    remedy = "GET /api/chats lists the chats. Old messages expire, and POST /api/clear-messages removes them."


class NumberInvalid(WagateError):
    code, status = "NUMBER_INVALID", 422
    meaning = "This is not a phone number or a WhatsApp address."
    remedy = "Write the number with its country code, digits only: 628123456789."


class ContentUnfit(WagateError):
    code, status = "CONTENT_UNFIT", 422
    meaning = "WhatsApp does not have this kind of message in newsletters or status posts. Nothing was sent."
    remedy = "The answer lists the kinds that it has."


class NumberNotOnWhatsApp(WagateError):
    code, status = "NUMBER_NOT_ON_WHATSAPP", 422
    meaning = "This number is not on WhatsApp."
    remedy = "Check the number with its owner. Nothing was sent."


class TextTooLong(WagateError):
    code, status = "TEXT_TOO_LONG", 422
    meaning = "The text is too long for WhatsApp."
    remedy = "Split it. The limit is in the answer."


class IdempotencyKeyReused(WagateError):
    code, status = "IDEMPOTENCY_KEY_REUSED", 422
    meaning = "This Idempotency-Key was used before, with another body."
    remedy = "Use a new key for a new message. To repeat a request, repeat the same body."


class SendInFlight(WagateError):
    code, status = "SEND_IN_FLIGHT", 409
    meaning = "The send with this Idempotency-Key is still under way."
    remedy = "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}."


class QueueFull(WagateError):
    code, status = "QUEUE_FULL", 429
    meaning = "Too many messages of this session wait already. This one was not accepted."
    remedy = "Connect the session so that they go out, or try again after 'Retry-After' seconds."


class SenderChanged(WagateError):
    code, status = "SENDER_CHANGED", 409
    meaning = "The session was linked to another number before this message went out. It was not sent."
    remedy = "Send it again if the session's new number may send it."


class MessageExpired(WagateError):
    code, status = "MESSAGE_EXPIRED", 504
    meaning = "The message waited longer than its 'expiresIn'. It was not sent."
    remedy = "Send it again when the session is connected."


class SendUnknown(WagateError):
    code, status = "SEND_UNKNOWN", 504
    meaning = "The message was handed to WhatsApp, and nobody can know whether it arrived there."
    remedy = "The gateway never sends it again by itself. Ask GET /api/messages/{id} later: a receipt may settle it."


class NotDecrypted(WagateError):
    code, status = "NOT_DECRYPTED", 504
    meaning = "A device of the recipient could not decrypt the message, and it cannot be sent to it again."
    remedy = "Another device of theirs may have it. Ask them, or send it as a new message."
