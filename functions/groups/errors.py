"""The errors of the group routes."""

from __future__ import annotations

from functions.asking import ASKING_ERRORS
from shared import errors

GROUP_ERRORS = (
    *ASKING_ERRORS,
    errors.GroupInvalid,
    errors.GroupNotFound,
    errors.NotInGroup,
    errors.GroupNotAllowed,
    errors.WhatsAppRefused,
)
"""Of what is asked about a group."""
CHANGE_ERRORS = (*GROUP_ERRORS, errors.GroupConflict, errors.GroupLimit)
"""Of what is changed in one."""
INVITE_ERRORS = (*CHANGE_ERRORS, errors.InviteInvalid)
"""Of links and invitations."""
