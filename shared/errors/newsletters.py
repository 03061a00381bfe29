"""Newsletters: which, and what may be done with one."""

from __future__ import annotations

from shared.errors.base import WagateError


class NewsletterInvalid(WagateError):
    code, status = "NEWSLETTER_INVALID", 422
    meaning = "This is neither the address nor the link of a newsletter."
    remedy = "Use the 'jid' of GET /api/newsletters, which ends in '@newsletter', or the link that people share."


class NewsletterNotFound(WagateError):
    code, status = "NEWSLETTER_NOT_FOUND", 404
    meaning = "WhatsApp has no such newsletter."
    remedy = "List the session's newsletters with GET /api/newsletters, or ask its owner for the link."


class NewsletterNotAllowed(WagateError):
    code, status = "NEWSLETTER_NOT_ALLOWED", 422
    meaning = "WhatsApp does not let this number do that: only the owner may, or only followers."
    remedy = "Follow the newsletter first. An owner cannot stop following. Nothing was changed."
