"""Whether a message is one that a key may know of."""

from __future__ import annotations

from functions.services import Services
from shared.messages.model import OutboundMessage
from shared.tenants.model import ApiKey


async def is_seen(serving: Services, key: ApiKey, row: OutboundMessage) -> bool:
    """Whether it is the key's, of a session and in a chat that the key is not kept from."""
    if row.key_id != key.id or not key.limits.have_chat(row.to):
        return False
    return await serving.session_rows.sees(key, row.session_uid)
