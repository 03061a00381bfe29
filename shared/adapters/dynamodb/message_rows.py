"""An outbound message as a row of DynamoDB, and back; and a step of it as one conditional update."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import orjson

from shared.adapters.dynamodb.table import Row
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.messages.model import (
    HANDED_OVER,
    OPEN,
    ChatTimer,
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)
from shared.messages.untold import OUTCOMES, mark_of

TIMER = "timer#"
"""What the places of timers begin with, among the rows of their session."""
_KEPT_FOR = 30 * 86_400_000
"""Milliseconds; `MessageNotFound` tells callers."""


def row_of(message: OutboundMessage) -> Row:
    """The attributes of a message."""
    return {
        **key_of(message.session_uid, message.id),
        "key_id": message.key_id,
        "recipient": message.to,
        "chat_place": chat_place(message.to, message.id),
        "content": orjson.dumps(message.content).decode(),
        "created_at": message.created_at,
        "expires_at": message.expires_at,
        "queue": message.queue,
        "state": message.state.value,
        "epoch": message.epoch,
        "wa_id": message.wa_id,
        "failure": None if message.failure is None else orjson.dumps(message.failure).decode(),
        "times": {state.value: at for state, at in message.times.items()},
        "open": message.id if message.state in OPEN else None,
        "sending": message.id if message.state is MessageState.SENDING else None,
        "sender": message.sender,
        "about": orjson.dumps(message.about).decode() if message.about else None,
        "changes": changes_text(message.changes),
        "expires": _expires(message),
    }


def key_of(session_uid: str, message_id: str) -> dict[str, str]:
    """Where a message is."""
    return {"pk": session_uid, "sk": message_id}


def chat_place(recipient: str, message_id: str) -> str:
    """Where a message is among those of its session by chat and time."""
    return f"{recipient}#{message_id}"


def signpost_key(message_id: str) -> dict[str, str]:
    """Where it is written which session a message is of."""
    return {"pk": message_id, "sk": "-"}


def signpost_of(message: OutboundMessage) -> Row:
    """What is written there. It never changes."""
    return {**signpost_key(message.id), "session_uid": message.session_uid, "expires": _expires(message)}


def message_of(row: Row) -> OutboundMessage:
    """The message of a row."""
    failure = row.get("failure")
    return OutboundMessage(
        id=row["sk"],
        key_id=row["key_id"],
        session_uid=row["pk"],
        to=row["recipient"],
        content=orjson.loads(row["content"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        queue=row["queue"],
        state=MessageState(row["state"]),
        epoch=row.get("epoch"),
        wa_id=row.get("wa_id"),
        failure=None if failure is None else with_known_fields(Failure, orjson.loads(failure)),
        times={MessageState(name): at for name, at in row["times"].items()},
        sender=row.get("sender"),
        about=orjson.loads(row.get("about", "{}")),
        changes=changes_of(row),
    )


def changes_text(changes: Mapping[str, Any]) -> str | None:
    """What was said about a message, as JSON; None, and no attribute, when nothing was."""
    return orjson.dumps(changes).decode() if changes else None


def changes_of(row: Row) -> dict[str, Any]:
    """And back."""
    return orjson.loads(row["changes"]) if row.get("changes") else {}


def unless_changed(row: Row) -> tuple[str, dict[str, str]]:
    """The condition that nothing more was said about the message of a row since it was read, and its values."""
    if row.get("changes"):
        return "#changes = :changes_before", {"changes_before": row["changes"]}
    return "attribute_not_exists(#changes)", {}


def said_step(before: OutboundMessage, after: OutboundMessage) -> tuple[str, str, dict[str, Any]]:
    """Update expression, condition and values of what was said about a message that is as it was read."""
    condition, values = unless_changed({"changes": changes_text(before.changes)})
    values |= {"changes": changes_text(after.changes) or "", "wa_id": before.wa_id or ""}
    return "SET #changes = :changes", f"#wa_id = :wa_id AND {condition}", values


def is_kept(row: Row) -> bool:
    """Whether its time has not come: DynamoDB removes a row up to days after it expired."""
    return row["expires"] > now_ms() // 1000


def step_to(  # noqa: PLR0913, PLR0917 - one conditional write has all these parts
    message_id: str,
    to: MessageState,
    now: int,
    allowed: Collection[MessageState],
    told: Mapping[str, Any],
    told_once: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[str, str, dict[str, Any]]:
    """Update expression, condition and values of a step.

    What is told is written unless it is None; what is `told_once` only where the row has nothing.
    """
    values: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    once: dict[str, Any] = {name: value for name, value in told_once.items() if value is not None}
    sets = ["#state = :state", f"#times.#{to.value} = :now", *(f"#{name} = :{name}" for name in values)]
    sets += [f"#{name} = if_not_exists(#{name}, :{name})" for name in once]
    values |= once
    if to in {MessageState.READ, MessageState.PLAYED}:  # who has read it has got it, though that is not told yet
        sets.append("#times.#delivered = if_not_exists(#times.#delivered, :now)")
    removes = [] if to in OPEN else ["#open"]
    if to in OPEN:
        sets.append("#open = :open")
        values["open"] = message_id
    # Its owner is not done with it while WhatsApp has not answered, nor until it is told what came of it.
    outcome = MessageState.SENT if set(allowed) == {MessageState.UNKNOWN} and to in HANDED_OVER else to
    if outcome in OUTCOMES or to is MessageState.SENDING:
        sets.append("#sending = :sending")
        values["sending"] = message_id
    if outcome in OUTCOMES:
        sets.append("#untold = :untold")
        values["untold"] = mark_of(outcome, now_ms())
    elif to not in HANDED_OVER:
        removes += ["#untold"] if to is MessageState.SENDING else ["#untold", "#sending"]
    values |= {"state": to.value, "now": now}
    places: list[str] = []
    for place, state in enumerate(sorted(allowed)):
        values[f"from{place}"] = state.value
        places.append(f":from{place}")
    change = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else "")
    return change, f"#state IN ({', '.join(places)})", values


def adopted(message: OutboundMessage, message_id: str) -> OutboundMessage:
    """The message under the id of a request that broke off: whoever is sending sends under another id, so nobody is."""
    accepted = {MessageState.ACCEPTED: message.created_at}
    return replace(message, id=message_id, state=MessageState.ACCEPTED, epoch=None, times=accepted)


def request_key(idempotency: Idempotency) -> dict[str, str]:
    """Where the message of an Idempotency-Key is written."""
    return {"pk": f"idem#{idempotency.key}", "sk": "-"}


def _expires(message: OutboundMessage) -> int:
    return (message.created_at + _KEPT_FOR) // 1000


def request_row_of(idempotency: Idempotency, message: OutboundMessage) -> Row:
    """That this message stands for it."""
    return {
        **request_key(idempotency),
        "body_hash": idempotency.body_hash,
        "session_uid": message.session_uid,
        "message_id": message.id,
        "valid_until": idempotency.expires_at,
        "expires": idempotency.expires_at // 1000 + 1,
    }


def timer_row(timer: ChatTimer) -> Row:
    """The attributes of a chat's disappearing timer."""
    place = key_of(timer.session_uid, f"{TIMER}{timer.chat}")
    return {**place, "own": timer.own, "seconds": timer.seconds, "set_at": timer.set_at}


def timer_of(row: Row) -> ChatTimer:
    """What `timer_row` wrote; of an earlier version, nobody's."""
    return ChatTimer(row["pk"], row.get("own", ""), row["sk"].removeprefix(TIMER), row["seconds"], row["set_at"])
