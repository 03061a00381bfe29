"""What an admin narrows a key to, and how often it may ask: as it is said, as it is kept, as it is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt, StrictStr, WithJsonSchema

from functions.access.client_address import network_named
from functions.access.key_news import changed, news_of
from functions.http.bodies import Body
from functions.http.session_names import NAME_SCHEMA
from functions.services import Services
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import BadSessionName, KeyNotFound
from shared.ids import check_session_name
from shared.recipients import parse_chat
from shared.tenants.limits import Limits
from shared.tenants.model import ApiKey
from shared.webhooks.limiting import limit_all
from shared.whole import WHOLE

_MOST = 100
"""Entries of one list."""


def _network(text: str) -> str:
    return str(network_named(text.strip()))


def _name(text: str) -> str:
    try:
        return check_session_name(text)
    except BadSessionName as error:
        raise ValueError(error.message) from None


Count = Annotated[StrictInt, Field(ge=0, le=1_000_000), WHOLE]
Often = Annotated[StrictInt, Field(ge=1, le=1_000_000), WHOLE]
Names = list[Annotated[StrictStr, AfterValidator(_name), WithJsonSchema(NAME_SCHEMA)]]
Networks = list[Annotated[StrictStr, Field(min_length=1, max_length=50), AfterValidator(_network)]]
Chats = list[Annotated[StrictStr, Field(min_length=1, max_length=100)]]

SESSIONS = "Names of the sessions that it may have and see; empty: any name."
ADDRESSES = "Addresses and networks (`10.0.0.0/8`) from which it may be used; empty: from everywhere."
CHATS = "Chats it may write to and read: numbers, JIDs of groups and newsletters; empty: all. See docs/keys.md."
MAX_SESSIONS = "How many sessions the key may have; null: WAGATE_MAX_SESSIONS, or any number if that is not set."


PER_MINUTE = "How many requests it may make in a minute, in all processes together; null: any number."


class LimitsBody(Body):
    """What a key may have at most."""

    max_sessions: Count | None = Field(default=None, description=MAX_SESSIONS)
    requests_per_minute: Often | None = Field(default=None, description=PER_MINUTE)
    sessions: Names = Field(default=[], max_length=_MOST, description=SESSIONS)
    addresses: Networks = Field(default=[], max_length=_MOST, description=ADDRESSES)
    chats: Chats = Field(default=[], max_length=_MOST, description=CHATS)


def limits_of(body: LimitsBody, region: str | None) -> Limits:
    """As they are kept; `region`: the country of numbers in national form. Raises NumberInvalid."""
    chats = [str(parse_chat(text, region)) for text in body.chats]
    return Limits(_once(body.sessions), _once(body.addresses), _once(chats))


async def change_key(serving: Services, key: ApiKey, body: LimitsBody) -> ApiKey:
    """The key after what is given of its limits was changed; the rest stays.

    Raises:
        NumberInvalid: a chat is none.
        KeyNotFound: it was deleted this moment.
    """
    limits = limits_of(body, key.default_region)
    given = body.model_fields_set
    mine: dict[str, Any] = {}
    if "max_sessions" in given:
        mine["max_sessions"] = body.max_sessions
    if "requests_per_minute" in given:
        mine["per_minute"] = body.requests_per_minute
    narrowed = {name: getattr(limits, name) for name in {"sessions", "addresses", "chats"} & given}

    def after(before: ApiKey) -> ApiKey:
        return replace(before, **mine, limits=replace(before.limits, **narrowed))

    return await changing(serving, key, after)


async def changing(serving: Services, key: ApiKey, after: Callable[[ApiKey], ApiKey]) -> ApiKey:
    """The key after a change, made of what it is at that moment; told, and known to its webhooks."""
    found: ApiKey | None = key
    while found is not None:
        wanted = after(found)
        if await serving.keys.change(wanted, news_of(key.id, changed(wanted))):
            break
        found = await serving.keys.get(key.id)
    else:
        raise KeyNotFound
    serving.key_news.look()
    serving.authenticator.forget(key.id)
    if wanted.limits != found.limits and await limit_all(serving.webhooks, wanted):
        await serving.bus.ring(DELIVERIES_CHANGED)
    return replace(wanted, version=wanted.version + 1)


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
