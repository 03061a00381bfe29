"""Sends as the log shows them: which there are to choose from, and one of them in words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import ValidationError

from functions.console.words.marked import _
from functions.console.words.status import Tone
from functions.messages.as_request import as_request
from shared.chats.shown import text_of_sent
from shared.errors import CATALOGUE, MessageExpired, NumberInvalid
from shared.jids import Jid
from shared.messages.model import HANDED_OVER, MessageState, OutboundMessage

_S = MessageState
GROUPS: Final[dict[str, tuple[str, tuple[MessageState, ...]]]] = {
    "all": (_("All"), ()),
    "waits": (_("On the way"), (_S.ACCEPTED, _S.QUEUED, _S.SENDING)),
    "sent": (_("Sent"), HANDED_OVER),
    "failed": (_("Not sent"), (_S.FAILED, _S.EXPIRED, _S.CANCELLED)),
    "unknown": (_("Not known"), (_S.UNKNOWN,)),
}
_TONES: Final[dict[MessageState, Tone]] = {
    _S.FAILED: "bad",
    _S.EXPIRED: "bad",
    _S.UNKNOWN: "asks",
    _S.CANCELLED: "off",
    **dict.fromkeys(HANDED_OVER, "good"),
}
_SHOWN: Final = 80
"""Characters of a message in the list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One send."""

    id: str
    session: str
    number: str | None
    to: str
    kind: str
    words: str
    state: MessageState
    tone: Tone
    made_at: int
    code: str | None
    """Of the error."""


@dataclass(frozen=True, slots=True)
class Call:
    """The request of it, to be read and to be pasted."""

    method: str
    path: str
    body: str
    curl: str


def row_of(message: OutboundMessage, names: Mapping[str, str]) -> Row:
    """A send in words; `names` of sessions, by their uid."""
    text = text_of_sent(message.content, message.changes) or ""
    return Row(
        id=message.id,
        session=names.get(message.session_uid, ""),
        number=_number_of(message.to),
        to=message.to,
        kind=message.content["type"],
        words=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…",
        state=message.state,
        tone=_TONES.get(message.state, "waits"),
        made_at=message.created_at,
        code=_code_of(message),
    )


def call_of(message: OutboundMessage, session_name: str, origin: str) -> Call | None:
    """The request that it can be sent with; None where its row does not say all of that."""
    try:
        asked = as_request(message, session_name)
    except ValidationError:
        return None
    if asked is None:
        return None
    said = orjson.dumps(asked.body).decode()
    curl = (
        f'curl {origin}{asked.path} \\\n  -H "X-API-Key: $WAGATE_API_KEY" -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(said)}"
    )
    return Call("POST", asked.path, orjson.dumps(asked.body, option=orjson.OPT_INDENT_2).decode(), curl)


def why_of(message: OutboundMessage) -> str:
    """Why it was not sent, and what to do; empty of one that was, or is on its way."""
    error = CATALOGUE.get(_code_of(message) or "")
    if message.failure is None:
        return "" if error is None else f"{error.meaning} {error.remedy}"
    remedy = "" if error is None or error.remedy in message.failure.message else error.remedy
    return f"{message.failure.message} {remedy}".strip()


def _code_of(message: OutboundMessage) -> str | None:
    if message.state is MessageState.EXPIRED:
        return MessageExpired.code
    return message.failure.code if message.failure and message.state not in HANDED_OVER else None


def _number_of(address: str) -> str | None:
    try:
        return Jid.parse(address).number
    except NumberInvalid:
        return None
