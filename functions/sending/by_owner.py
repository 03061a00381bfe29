"""The short way of a message: the shard that holds the session stores and sends it in one step (docs/adr/0010)."""

from __future__ import annotations

from dataclasses import asdict

from functions.hosts.owners import Owners
from functions.sending import outcomes
from functions.sending.draft import Draft
from functions.sending.outcomes import Outcome, Pending
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.messages import SameRequest, Send
from shared.errors import StoreUnavailable
from shared.messages.model import Idempotency, MessageState, OutboundMessage

ANSWER_WITHIN = 3.0
"""Seconds without an answer after which the message is put into the store by its asker, and the owner asked once more;
it joins the two, or its successor answers."""


async def send_by_owner(
    owners: Owners, row: OutboundMessage, draft: Draft, idempotency: Idempotency | None, *, request_id: str
) -> Outcome | None:
    """Have the owner of the session store and send a message; None when it did not take it, nor will.

    Raises:
        NoAnswer: it may have taken it.
        WagateError: what it answered.
    """
    command = Send(
        message_id=row.id,
        key_id=row.key_id,
        to=row.to,
        content=draft.content,
        queue=row.queue,
        created_at=row.created_at,
        expires_at=row.expires_at,
        idempotency=SameRequest(**asdict(idempotency)) if idempotency else None,
    )
    within = min(draft.wait, ANSWER_WITHIN)
    try:
        reply = await owners.reach(row.session_uid, command, request_id=request_id, within=0, answer_within=within)
    except NoResponder:
        return None
    except StoreUnavailable as error:
        raise NoAnswer(error.message) from error
    outcome = outcomes.of_reply(reply)
    return None if outcome == Pending(MessageState.ACCEPTED) else outcome
