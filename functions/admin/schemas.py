"""Bodies and answers of the admin routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, Field, StrictInt, StrictStr, WithJsonSchema

from functions.admin.limiting import ADDRESSES, CHATS, MAX_SESSIONS, PER_MINUTE, SESSIONS, LimitsBody
from functions.guards import Scope
from functions.http.answers import Answer, Message, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.session_names import SessionName
from shared.ids import now_ms
from shared.invisible import is_blank
from shared.sessions.model import SessionStatus
from shared.tenants.model import ApiKey
from shared.whole import Whole

_DAY = 86_400
_LONGEST_OVERLAP = 30 * _DAY
_COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def _one_of(values: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(values)})


def _name(text: str) -> str:
    if is_blank(text) or not text.isprintable():
        raise ValueError("a name has to be readable text")
    return text.strip()


def _scope(text: str) -> str:
    if text not in set(Scope):
        raise ValueError(f"a scope is one of {', '.join(Scope)}")
    return text


def _future(moment: int) -> int:
    if moment <= now_ms():
        raise ValueError("it lies in the past")
    return moment


def _country(text: str) -> str:
    if text.upper() not in _COUNTRIES:
        raise ValueError("a country is two letters, such as ID")
    return text.upper()


class GenerateBody(LimitsBody):
    """A new API key."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=100), AfterValidator(_name)]
    scopes: list[Annotated[StrictStr, AfterValidator(_scope), _one_of(Scope)]] = Field(
        default=[Scope.EVERYTHING.value], min_length=1, max_length=len(Scope), description="What the key may do."
    )
    expires_at: Annotated[StrictInt, Field(le=253_402_300_799_999), AfterValidator(_future)] | None = Field(
        default=None, description="Milliseconds since 1970 after which the key is refused."
    )
    default_country: Annotated[StrictStr, AfterValidator(_country), _one_of(_COUNTRIES)] | None = Field(
        default=None, description="The country (ISO 3166) of numbers in national form, such as 0812…."
    )


class ChangeKeyBody(LimitsBody):
    """What an API key may have at most. What is not given stays as it is."""


class RotateKeyBody(Body):
    """Another secret."""

    overlap: Whole = Field(
        default=_DAY, ge=0, le=_LONGEST_OVERLAP, description="Seconds for which the old secret still works."
    )


class LogoutBody(Body):
    """Which session of the key; all of them when it is missing."""

    session_id: SessionName | None = None


class GeneratedAnswer(Answer):
    """The only time the key is shown."""

    api_key: str
    id: str
    name: str


class RotatedAnswer(GeneratedAnswer):
    """The only time the new secret is shown."""

    old_until: Moment = Field(description="When the old secret ends.")


class KeyShown(Part):
    """A key, without its secret."""

    id: str
    name: str
    prefix: str
    created_at: Moment
    last_used: Moment | None
    request_count: int
    active: bool
    scopes: list[str]
    expires_at: Moment | None
    default_country: Optional[str] = None
    max_sessions: int | None = Field(description=MAX_SESSIONS)
    requests_per_minute: int | None = Field(description=PER_MINUTE)
    sessions: list[str] = Field(description=SESSIONS)
    addresses: list[str] = Field(description=ADDRESSES)
    chats: list[str] = Field(description=CHATS)
    old_secrets_until: list[Moment] = Field(description="When replaced secrets end.")


class KeyAnswer(Answer):
    """A key as it is now."""

    api_key: KeyShown


class KeysAnswer(Answer):
    """Every key, oldest first."""

    api_keys: list[KeyShown]


class LoggedOut(Part):
    """A session that was logged out."""

    session_id: str
    status: SessionStatus
    unlinked: bool = Field(description="Whether its phone has forgotten the device.")


class KeyDeletedAnswer(Message):
    """A key that was deleted, with its sessions."""

    unlinked: bool = Field(description="Whether every phone has forgotten its device.")
    not_unlinked: list[str] = Field(description="Sessions whose phones may still show the device, by name.")


class LogoutAnswer(Answer):
    """The sessions that were logged out."""

    message: str
    sessions: list[LoggedOut]


def key_shown(key: ApiKey) -> KeyShown:
    """A stored key as an admin sees it."""
    return KeyShown(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        created_at=key.created_at,
        last_used=key.last_used,
        request_count=key.request_count,
        active=key.active,
        scopes=list(key.scopes),
        expires_at=key.expires_at,
        default_country=key.default_region,
        max_sessions=key.max_sessions,
        requests_per_minute=key.per_minute,
        sessions=list(key.limits.sessions),
        addresses=list(key.limits.addresses),
        chats=list(key.limits.chats),
        old_secrets_until=[old.until for old in key.old_secrets if old.until > now_ms()],
    )
