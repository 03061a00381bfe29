"""Errors of status posts."""

from __future__ import annotations

from shared.errors.base import WagateError


class NobodyToSee(WagateError):
    code, status = "NOBODY_TO_SEE", 422
    meaning = (
        "Nobody may see this status post: the phone has saved no contact whom its privacy allows. Nothing was posted."
    )
    remedy = (
        "Save contacts on the phone, or change there who sees its status updates. "
        "GET /api/status-updates/audience lists them."
    )
