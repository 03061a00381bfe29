"""Errors of status posts."""

from __future__ import annotations

from shared.errors.base import WagateError


class NobodyToSee(WagateError):
    code, status = "NOBODY_TO_SEE", 422
    meaning = (
        "Nobody would see this status post: the phone has no saved contact that its privacy settings allow. Nothing "
        "was posted."
    )
    remedy = (
        "On the phone, save contacts, or change who sees status updates. GET /api/status-updates/audience lists them."
    )
