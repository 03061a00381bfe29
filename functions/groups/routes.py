"""Every route about groups."""

from __future__ import annotations

from functions.families import Family
from functions.groups import communities, entering, pictures, plain, rest
from functions.unsupported import unsupported

FAMILY = Family(
    "groups",
    (
        *plain.ROUTES,
        *rest.ROUTES,
        *entering.ROUTES,
        *communities.ROUTES,
        *pictures.ROUTES,
        unsupported("POST", "/api/groups/{jid:str}/requests/approve", "group_requests", "approve_join_requests"),
        unsupported("POST", "/api/groups/{jid:str}/requests/reject", "group_requests", "reject_join_requests"),
        unsupported("DELETE", "/api/groups/{jid:str}/picture", "group_picture_removal", "remove_group_picture"),
    ),
)
