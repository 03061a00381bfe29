"""Groups: which, and what may be done in one."""

from __future__ import annotations

from shared.errors.base import WagateError


class GroupInvalid(WagateError):
    code, status = "GROUP_INVALID", 422
    meaning = "This is not the address of a group."
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
    meaning = "WhatsApp does not let this number do that in the group: it is no admin, or not a member."
    remedy = "Ask an admin to promote it, or to do it on a phone. Nothing was changed."


class GroupConflict(WagateError):
    code, status = "GROUP_CONFLICT", 409
    meaning = "Somebody else changed the group at the same moment, or the group is already as you want it."
    remedy = "Read the group. Ask again if the change is still needed."


class GroupLimit(WagateError):
    code, status = "GROUP_LIMIT", 422
    meaning = "A limit of WhatsApp is reached: members of this group, or groups of this number."
    remedy = "Use another group, or remove a member first."


class InviteInvalid(WagateError):
    code, status = "INVITE_INVALID", 422
    meaning = "WhatsApp does not accept this invitation: it was revoked, has expired, or never existed."
    remedy = "Ask an admin of the group for a new link."
