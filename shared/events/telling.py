"""An event of the log as tenants get it, wherever they get it (docs/events.md): the one outer form, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.contracts.events import EVENT, AnyEvent
from shared.events.catalogue.unknown import UNKNOWN, OfNewerVersion
from shared.events.declaring import Told, catalogue, told
from shared.events.model import LoggedEvent
from shared.ids import event_id

VERSION = 1
"""Of the outer form."""
_EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event for a tenant."""

    id: str
    type: str
    session_uid: str
    """`shared.contracts.subjects.NO_SESSION` for what is of the key itself."""
    position: int
    """Its place in the log."""
    cursor: str
    """The same for its tenant."""
    body: bytes
    """All of it as JSON."""
    chat: str | None = None
    """The chat, or the group, in which it happened."""
    session: str | None = None
    """The name of its session; None: it is of none."""
    from_me: bool | None = None
    """Of a message: whether the number itself wrote it."""


def public(event: LoggedEvent, session: str | None, metadata: Mapping[str, Any], cursor: str) -> PublicEvent | None:
    """The event for its tenant; None when it is nothing for them.

    Args:
        event: as it is in the log.
        session: the name that its session has; None: it is of none.
        metadata: what was chosen to go with all events of that session.
        cursor: of the event.
    """
    try:
        read: AnyEvent = EVENT.validate_json(event.event)
    except ValueError:
        content, at = UNKNOWN.of(OfNewerVersion(kind=event.kind)), event.stored_at
    else:
        content, at = told(read), read.at
    if content is None:
        return None
    identity = event_id(at, event.id)
    return PublicEvent(
        id=identity,
        type=content.type,
        session_uid=event.session_uid,
        position=event.position,
        cursor=cursor,
        body=outer(identity, content, at, session, metadata, cursor),
        chat=getattr(content.data, "chat", None) or getattr(content.data, "group_jid", None),
        session=session,
        from_me=getattr(content.data, "from_me", None),
    )


def outer(  # noqa: PLR0913, PLR0917 - what an event has
    identity: str, content: Told, at: int, session: str | None, metadata: Mapping[str, Any], cursor: str
) -> bytes:
    """The JSON of an event; `at` in milliseconds since 1970."""
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps(
        {
            "id": identity,
            "type": content.type,
            "timestamp": moment,
            "sessionId": session,
            "data": orjson.Fragment(content.data.model_dump_json()),
            "metadata": metadata,
            "cursor": cursor,
            "version": VERSION,
        }
    )


def types_of(patterns: Iterable[str]) -> frozenset[str]:
    """The types of events that are meant: names, `family.*`, or `*`. Raises ValueError for what means none."""
    found: set[str] = set()
    for pattern in patterns:
        family = pattern.removesuffix(_EVERYTHING)
        meant = {name for name in catalogue() if name == pattern or (family != pattern and name.startswith(family))}
        if not meant or (family != pattern and family and not family.endswith(".")):
            raise ValueError(pattern)
        found |= meant
    return frozenset(found)
