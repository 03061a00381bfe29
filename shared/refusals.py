"""Why WhatsApp refuses a message, by the number it gives instead of a reason.

WhatsApp explains none of them. What stands here is what its own client and others make of them, and what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import (
    NewsletterNotAllowed,
    NewsletterNotFound,
    NumberNotOnWhatsApp,
    RateLimited,
    WagateError,
    WhatsAppRefused,
)

RATE_OVERLIMIT = 429


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a number means, and what to do."""

    meaning: str
    remedy: str
    retry_after: float | None = None
    """Seconds after which the same message may go through, where that is known."""
    error: type[WagateError] = WhatsAppRefused


_UNKNOWN = Refusal("WhatsApp does not say why.", "Report the number if it lasts.")

REFUSALS: dict[int, Refusal] = {
    400: Refusal(
        "It did not understand the message, or the recipient's address.",
        "Check the number again (GET /api/check-number/{number}?fresh=true), then send it again.",
    ),
    401: Refusal(
        "This number may not write to the recipient.",
        "One of the two may have blocked the other, or the number is not in that group.",
    ),
    403: Refusal(
        "This number may not write to the recipient.",
        "One of the two may have blocked the other, or the number is not in that group.",
    ),
    404: Refusal(
        "Nobody has that number or address on WhatsApp any more.",
        "Check the number with its owner.",
        error=NumberNotOnWhatsApp,
    ),
    420: Refusal(
        "It limits this number for now.",
        "Wait 'Retry-After' seconds, then send more slowly.",
        retry_after=300.0,
        error=RateLimited,
    ),
    429: Refusal(
        "This number sends too much at once.",
        "Wait 'Retry-After' seconds, then send more slowly.",
        retry_after=60.0,
        error=RateLimited,
    ),
    463: Refusal(
        "The recipient never wrote to this number, and WhatsApp limits first contacts.",
        "Wait until the recipient writes first, or write from the phone. This lasts hours to days; replies work.",
    ),
    475: Refusal(
        "This number has started as many new chats as WhatsApp allows for now.",
        "Start no new ones until tomorrow; replies work.",
    ),
    479: Refusal(
        "It considers the message malformed. Most often, what this session knows about the recipient is out of date.",
        "Send it again in a moment; if it lasts, restart the session (POST /api/sessions/{name}/restart).",
        retry_after=5.0,
    ),
    500: Refusal("WhatsApp failed.", "Send it again in a moment.", retry_after=10.0),
    503: Refusal("WhatsApp is overloaded.", "Send it again in a moment.", retry_after=10.0),
}


_IN_NEWSLETTERS: dict[int, type[WagateError]] = {
    401: NewsletterNotAllowed,
    403: NewsletterNotAllowed,
    404: NewsletterNotFound,
}


def refusal(code: int, *, in_newsletter: bool = False) -> WagateError:
    """The error for a message that WhatsApp refused with this number."""
    if in_newsletter and code in _IN_NEWSLETTERS:
        return _IN_NEWSLETTERS[code](waCode=code)
    known = REFUSALS.get(code, _UNKNOWN)
    words = f"WhatsApp refused the message ({code}). {known.meaning} Nothing was sent. {known.remedy}"
    return known.error(words, retry_after=known.retry_after, waCode=code)
