"""Forwarders."""

from __future__ import annotations

from shared.errors.base import WagateError


class ForwarderNotFound(WagateError):
    code, status = "FORWARDER_NOT_FOUND", 404
    meaning = "There is no forwarder with this id."
    remedy = "List them with GET /api/admin/forwarders."
