"""Whether anybody would see a status post: the library sends one that reaches nobody, and calls that a success."""

from __future__ import annotations

from functions.asking import ask
from functions.http.requests import HttpRequest
from functions.services import services
from shared.contracts.commands.status import ReadAudience
from shared.errors import NobodyToSee
from shared.messages.model import Idempotency
from shared.sessions.model import Session


async def somebody_sees(request: HttpRequest, session: Session, same: Idempotency | None) -> None:
    """Raise NobodyToSee where nobody would; what an equal request has posted is not asked for again."""
    if same is not None and await services(request).messages.of_request(same) is not None:
        return
    if not (await ask(request, session, ReadAudience())).people:
        raise NobodyToSee
