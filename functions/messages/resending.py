"""Send what was not sent as a new message: the same content to the same chat."""

from __future__ import annotations

from typing import Final

from functions.sending.draft import Draft
from functions.sending.sender import Report
from functions.services import Services
from shared.contracts.about import About
from shared.contracts.contents import CONTENT
from shared.errors import BadRequest
from shared.jids import Jid
from shared.messages.model import FINAL_FAILURES, OutboundMessage
from shared.sessions.model import Session

_WAITS: Final = 10.0
"""Seconds."""


def can_be_resent(message: OutboundMessage) -> bool:
    """Whether it was not sent, and is not a picture of an album, which goes with the others."""
    return message.state in FINAL_FAILURES and "album" not in message.about


async def resend(serving: Services, session: Session, message: OutboundMessage, *, request_id: str) -> Report:
    """Send it as a new one and say what came of that within some seconds.

    Raises:
        BadRequest: it was handed over, or may have been: whoever sends it again could send it twice.
        WagateError: as `Sender.send`.
    """
    if not can_be_resent(message):
        raise BadRequest("Only a message that was not sent can be sent again: WhatsApp has this one, or may have it.")
    about = About.model_validate(message.about) if message.about else None
    draft = Draft(
        session=session,
        to=Jid.parse(message.to),
        content=CONTENT.validate_python(message.content),
        about=about,
        queue=message.queue,
        expires_in=None,
        wait=_WAITS,
        idempotency=None,
        request_id=request_id,
    )
    return await serving.sender.send(draft)
