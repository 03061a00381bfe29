"""Bodies of the routes about webhooks."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from functions.events.asked import TYPES
from functions.http.bodies import Body
from functions.http.session_names import SessionName
from shared.events.declaring import catalogue
from shared.whole import WHOLE, Whole

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
_FEWEST, _MOST = 24, 64
"""Bytes of a secret (Standard Webhooks)."""
_B64 = "[A-Za-z0-9+/]"
_RESERVED = frozenset(
    {
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
        "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "webhook-id", "webhook-signature",
        "webhook-test", "webhook-timestamp", "x-hub-signature-256",
    }
)  # fmt: skip
_LONGEST_OVERLAP = 30 * 86_400
_DAY = 86_400
_LATEST = 253_402_300_799_000
"""The end of the year 9999, in milliseconds since 1970."""


def _pattern(text: str) -> str:
    if text not in TYPES:
        raise ValueError(f"there are no events of the type '{text[:80]}': {', '.join(TYPES)}")
    return text


def _event_type(text: str) -> str:
    if text not in catalogue():
        raise ValueError(f"there are no events of the type '{text[:80]}': {', '.join(catalogue())}")
    return text


def _secret(text: str) -> str:
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(SECRET_PREFIX) or not _FEWEST <= len(key) <= _MOST:
        raise ValueError(f"a secret is '{SECRET_PREFIX}' and the base64 of {_FEWEST} to {_MOST} bytes")
    return text


def _header(name: str) -> str:
    if name.lower() in _RESERVED:
        raise ValueError(f"the header '{name}' is the gateway's own")
    return name


Url = Annotated[
    StrictStr, Field(min_length=8, max_length=2048, pattern=r"^https?://[!-~]+$", json_schema_extra={"format": "uri"})
]
Pattern = Annotated[StrictStr, AfterValidator(_pattern), WithJsonSchema({"type": "string", "enum": list(TYPES)})]
Secret = Annotated[
    StrictStr,
    Field(pattern=rf"^whsec_(({_B64}{{4}}){{8,21}}({_B64}{{2}}==)?|({_B64}{{4}}){{8,20}}{_B64}{{3}}=)$"),
    AfterValidator(_secret),
]
HeaderName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$"), AfterValidator(_header)]
HeaderValue = Annotated[StrictStr, Field(max_length=2048, pattern=r"^([!-~]([ -~]*[!-~])?)?$")]
Headers = Annotated[dict[HeaderName, HeaderValue], Field(max_length=20)]

_Moment = Annotated[StrictInt, Field(ge=0, le=_LATEST), WHOLE]

_URL = "The address to which events are posted."
_TEST_URL = "Where test events go; by default to `url`. For n8n put the node's test URL here, and its production "
"URL into `url`."
_EVENTS = "Types of events (docs/events.md), `family.*` or `*`."
_CHATS = "Only events of these chats: numbers, JIDs, groups. Empty: all chats. Other events are not affected."
_DIRECTION = "Only received messages, or only sent ones; null: both."
_SESSION = "Only events of this session; null: of all sessions of the key, and of the key itself."
_HEADERS = "Further headers of every request. Nobody can read the values again."
_ORDERED = "Whether an event waits until the earlier events of its session are delivered or given up."
_FORMAT = "What the body looks like: `wagate` is the event as in docs/events.md."


class WebhookBody(Body):
    """A new webhook."""

    url: Url = Field(description=_URL)
    test_url: Url | None = Field(default=None, description=_TEST_URL)
    events: list[Pattern] = Field(default=["*"], min_length=1, max_length=100, description=_EVENTS)
    session_id: SessionName | None = Field(default=None, description=_SESSION)
    chats: list[StrictStr] = Field(default=[], max_length=100, description=_CHATS)
    direction: Literal["in", "out"] | None = Field(default=None, description=_DIRECTION)
    headers: Headers = Field(default={}, description=_HEADERS, repr=False)
    secret: Secret | None = Field(
        default=None,
        repr=False,
        description="`whsec_` and the base64 of 24 to 64 bytes; by default the gateway makes one.",
    )
    ordered: StrictBool = Field(default=False, description=_ORDERED)
    format: Literal["wagate"] = Field(default="wagate", description=_FORMAT)


class ChangeWebhookBody(Body):
    """What is to be otherwise of a webhook; what is not given stays."""

    url: Url = Field(default_factory=str, description=_URL)
    test_url: Url | None = Field(default=None, description=_TEST_URL)
    events: list[Pattern] = Field(default_factory=list[str], min_length=1, max_length=100, description=_EVENTS)
    session_id: SessionName | None = Field(default=None, description=_SESSION)
    chats: list[StrictStr] = Field(default_factory=list[str], max_length=100, description=_CHATS)
    direction: Literal["in", "out"] | None = Field(default=None, description=_DIRECTION)
    headers: Headers = Field(default_factory=dict[str, str], description=f"{_HEADERS} All of them.", repr=False)
    ordered: StrictBool = Field(default_factory=bool, description=_ORDERED)
    enabled: Literal[False] = Field(
        default=False, description="`false`: it gets nothing until POST /api/webhooks/{id}/enable."
    )


class RotateBody(Body):
    """Another secret."""

    overlap: Whole = Field(
        default=_DAY, ge=0, le=_LONGEST_OVERLAP, description="Seconds for which the old secret also signs."
    )
    secret: Secret | None = Field(
        default=None, repr=False, description="The new secret; by default the gateway makes one."
    )


class EnableBody(Body):
    """Whether what happened meanwhile is sent."""

    send_missed: StrictBool = Field(
        default=True, description="`true`: send what it missed, and what was given up; `false`: only new events."
    )


class TestBody(Body):
    """Which event."""

    type: Annotated[
        StrictStr, AfterValidator(_event_type), WithJsonSchema({"type": "string", "enum": list(catalogue())})
    ] = Field(default="message.received", description="Its data are the example of docs/events.md.")


class ReplayBody(Body):
    """Which events are delivered once more."""

    since: _Moment | None = Field(
        default=None,
        description="Events since this time, in milliseconds since 1970; by default all events.",
    )
    until: _Moment | None = Field(default=None, description="Events until this time; by default until now.")
    missed_only: StrictBool = Field(default=False, description="Only events that were given up or skipped.")
    dry_run: StrictBool = Field(default=False, description="Only count.")
