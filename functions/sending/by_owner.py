"""The short way of a message: the shard that holds the session stores and sends it in one step (docs/adr/0010)."""

from __future__ import annotations

from dataclasses import asdict

from functions.hosts.owners import Owners
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.messages import DispatchReply, SameRequest, Send
from shared.contracts.content.kind import Content
from shared.deadline import Deadline
from shared.errors import StoreUnavailable
from shared.messages.model import Idempotency, MessageState, OutboundMessage

ANSWER_WITHIN = 3.0
"""Seconds without an answer after which the message is put into the store by its asker, and the owner asked once more;
it joins the two, or its successor answers."""


async def send_by_owner(  # noqa: PLR0913 - all of a request
    owners: Owners,
    row: OutboundMessage,
    content: Content,
    idempotency: Idempotency | None,
    deadline: Deadline,
    *,
    request_id: str,
) -> DispatchReply | None:
    """Have the owner of the session store and send a message; None when it did not take it, nor will.

    Raises:
        NoAnswer: it may have taken it.
        WagateError: what it answered.
    """
    command = Send(
        message_id=row.id,
        key_id=row.key_id,
        to=row.to,
        content=content,
        queue=row.queue,
        created_at=row.created_at,
        expires_at=row.expires_at,
        idempotency=SameRequest(**asdict(idempotency)) if idempotency else None,
    )
    within = min(deadline.left, ANSWER_WITHIN)
    try:
        reply = await owners.reach(row.session_uid, command, request_id=request_id, within=0, answer_within=within)
    except NoResponder:
        return None
    except StoreUnavailable as error:
        raise NoAnswer(error.message) from error
    return None if reply.state == MessageState.ACCEPTED else reply
