"""Makes API keys, gives them other secrets, and makes them useless."""

from __future__ import annotations

from dataclasses import replace

from functions.access.key_news import made, news_of
from functions.admin.limiting import changing, limits_of
from functions.admin.schemas import GenerateBody
from functions.services import Services
from shared.contracts.key_events import KeyRevoked
from shared.errors import KeyNotFound
from shared.ids import API_KEY_PREFIX, hash_api_key, new_api_key, new_key_id, now_ms
from shared.tenants.model import MOST_SECRETS, ApiKey, OldSecret

_SHOWN = len(API_KEY_PREFIX) + 6


async def make_key(serving: Services, body: GenerateBody) -> tuple[ApiKey, str]:
    """A new key, and its secret: the only time that anybody has it."""
    secret = new_api_key()
    key = ApiKey(
        id=new_key_id(),
        name=body.name,
        prefix=secret[:_SHOWN],
        hash=hash_api_key(secret),
        created_at=now_ms(),
        scopes=tuple(dict.fromkeys(body.scopes)),
        expires_at=body.expires_at,
        default_region=body.default_country,
        max_sessions=body.max_sessions,
        per_minute=body.requests_per_minute,
        limits=limits_of(body, body.default_country),
    )
    await serving.keys.add(key, news_of(key.id, made(key)))
    serving.key_news.look()
    return key, secret


async def rotate_key(serving: Services, key: ApiKey, overlap: int) -> tuple[ApiKey, str]:
    """The key with a new secret, and that; those before it work for `overlap` seconds more. Raises KeyNotFound.

    Who repeats this since no answer came makes one more: the secret that is in use has its time all the same.
    """
    secret = new_api_key()

    def after(before: ApiKey) -> ApiKey:
        ends = now_ms() + overlap * 1000
        used = [OldSecret(before.hash, ends), *(replace(old, until=min(old.until, ends)) for old in before.old_secrets)]
        kept = tuple(used[: MOST_SECRETS - 1])  # also one that has ended, so that who uses it is told
        return replace(before, prefix=secret[:_SHOWN], hash=hash_api_key(secret), old_secrets=kept)

    return await changing(serving, key, after), secret


async def revoke_key(serving: Services, key: ApiKey) -> None:
    """Make a key useless; its sessions stay connected. Raises KeyNotFound."""
    if not await serving.keys.revoke(key.id, news_of(key.id, KeyRevoked(at=now_ms(), name=key.name))):
        raise KeyNotFound
    serving.key_news.look()
    serving.authenticator.forget(key.id)
