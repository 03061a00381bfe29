"""Errors of status posts."""

from __future__ import annotations

from shared.errors.base import WagateError


class NobodyToSee(WagateError):
    code, status = "NOBODY_TO_SEE", 422
    meaning = "The phone has saved nobody by name whom its privacy lets see status posts; nothing was posted."
    remedy = (
        "Save contacts on the phone, or change there who sees its status updates. GET /api/status-updates/audience."
    )
