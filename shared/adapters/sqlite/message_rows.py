"""An outbound message as a row of SQLite, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from shared.known_fields import with_known_fields
from shared.messages.model import NEXT, Failure, MessageState, OutboundMessage

COLUMNS = (
    "id, key_id, session_uid, recipient, content, created_at, expires_at, queue, state, epoch, wa_id, failure, times, "
    "sender, about, changes"
)
PLACES = ", ".join("?" * 16)


def row_of(message: OutboundMessage) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    return (
        message.id,
        message.key_id,
        message.session_uid,
        message.to,
        orjson.dumps(message.content).decode(),
        message.created_at,
        message.expires_at,
        message.queue,
        message.state.value,
        message.epoch,
        message.wa_id,
        text_of(message.failure),
        times_of(message.times),
        message.sender,
        orjson.dumps(message.about).decode() if message.about else None,
        changes_text(message.changes),
    )


def message_of(row: Sequence[Any]) -> OutboundMessage:
    """The message of a row of `COLUMNS`."""
    id_, key_id, session_uid, to, content, created_at, expires_at, queue, *later = row
    state, epoch, wa_id, failure, times, sender, about, changes = later
    return OutboundMessage(
        id=id_,
        key_id=key_id,
        session_uid=session_uid,
        to=to,
        content=orjson.loads(content),
        created_at=created_at,
        expires_at=expires_at,
        queue=bool(queue),
        state=MessageState(state),
        epoch=epoch,
        wa_id=wa_id,
        failure=None if failure is None else with_known_fields(Failure, orjson.loads(failure)),
        times={MessageState(name): at for name, at in orjson.loads(times).items()},
        sender=sender,
        about=orjson.loads(about) if about else {},
        changes=changes_of(changes),
    )


def changes_text(changes: Mapping[str, Any]) -> str | None:
    """What was said about a message, as JSON; NULL when nothing was."""
    return orjson.dumps(changes).decode() if changes else None


def changes_of(text: str | None) -> dict[str, Any]:
    """And back."""
    return {} if text is None else orjson.loads(text)


def times_of(times: Mapping[MessageState, int]) -> str:
    """When it came into each state, as JSON."""
    return orjson.dumps({state.value: at for state, at in times.items()}).decode()


def text_of(failure: Failure | None) -> str | None:
    """A failure as JSON."""
    return None if failure is None else orjson.dumps(failure).decode()


@lru_cache(maxsize=256)
def sources(to: MessageState, only_from: frozenset[MessageState] | None) -> str:
    """The states a message may be in to come into this one, as a JSON array."""
    allowed = {state for state, following in NEXT.items() if to in following}
    if only_from is not None:
        allowed &= only_from
    return orjson.dumps(sorted(state.value for state in allowed)).decode()
