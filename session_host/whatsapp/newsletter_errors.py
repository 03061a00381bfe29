"""What an error of the library says when something about a newsletter was asked, or changed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from session_host.whatsapp.refused import explain_refusal
from session_host.whatsapp.send_errors import refusal_code
from shared.errors import NewsletterNotAllowed, NewsletterNotFound, WagateError

_IN_JSON = re.compile(r"\b(\d{3}) [^()]*\([A-Z_]+\)")
"""How the library words what a query in JSON is refused with: `403 forbidden (CRITICAL)` (whatsmeow's GraphQLError)."""
_CODES: Mapping[int, type[WagateError]] = {
    401: NewsletterNotAllowed,
    403: NewsletterNotAllowed,
    404: NewsletterNotFound,
}


def explain_newsletter(error: str, *, changes: bool) -> Exception:
    """The exception to raise, as `explain_refusal` says."""
    inside = _IN_JSON.search(error)
    code = refusal_code(error) if inside is None else int(inside[1])
    return explain_refusal(error, code, _CODES, changes=changes)
