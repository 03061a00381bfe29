"""Groups: which, and what may be done in one."""

from __future__ import annotations

from shared.errors.base import WagateError


class GroupInvalid(WagateError):
    code, status = "GROUP_INVALID", 422
    meaning = "That is not the address of a group."
    remedy = "Use the 'jid' of GET /api/groups: it ends in '@g.us'."


class GroupNotFound(WagateError):
    code, status = "GROUP_NOT_FOUND", 404
    meaning = "WhatsApp has no such group."
    remedy = "List the session's groups with GET /api/groups."


class NotInGroup(WagateError):
    code, status = "NOT_IN_GROUP", 422
    meaning = "The session's number is not in that group."
    remedy = "Join it with an invite link first: POST /api/group/accept-invite."


class GroupNotAllowed(WagateError):
    code, status = "GROUP_NOT_ALLOWED", 422
    meaning = "WhatsApp does not let the session's number do that in this group: only admins may, or it is not in it."
    remedy = "Have an admin of the group promote it, or do it on an admin's phone. Nothing was changed."


class GroupConflict(WagateError):
    code, status = "GROUP_CONFLICT", 409
    meaning = "Somebody else changed the group at the same moment, or it is as it was to become."
    remedy = "Read the group, then ask again if it is still needed."


class GroupLimit(WagateError):
    code, status = "GROUP_LIMIT", 422
    meaning = "WhatsApp's limit for groups is reached: of its members, or of the groups of this number."
    remedy = "Use another group, or remove somebody first."


class InviteInvalid(WagateError):
    code, status = "INVITE_INVALID", 422
    meaning = "The invitation is not one that WhatsApp takes: it was revoked, has run out, or never was one."
    remedy = "Ask an admin of the group for a new link."
