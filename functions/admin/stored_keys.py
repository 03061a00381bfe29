"""The API key that an admin names in an address."""

from __future__ import annotations

from functions.services import Services
from shared.errors import KeyNotFound
from shared.ids import API_KEY_PREFIX, hash_api_key
from shared.tenants.model import ApiKey

_IN_THE_ADDRESS = (
    "The address contained the API key itself, and proxies log addresses. Use the key's id from GET "
    "/api/admin/apikeys instead."
)


def hint(given: str) -> str | None:
    """What to tell who named a key by its secret; None for who named it by its id."""
    return _IN_THE_ADDRESS if given.startswith(API_KEY_PREFIX) else None


async def stored_key(serving: Services, given: str) -> ApiKey:
    """The key with this id, or with this secret; raises KeyNotFound."""
    by_secret = given.startswith(API_KEY_PREFIX)
    key = await (serving.keys.by_hash(hash_api_key(given)) if by_secret else serving.keys.get(given))
    if key is None:
        raise KeyNotFound
    return key
