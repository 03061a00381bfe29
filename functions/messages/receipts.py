"""Who got, read and played a message that was sent."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath
from pydantic import Field

from functions.guards import Scope
from functions.http.answers import Answer, Part, answer
from functions.http.moments import Moment
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query
from functions.messages.seen import is_seen
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import services
from shared.errors import BadRequest, MessageNotFound
from shared.ids import is_message_id
from shared.jids import LID, Jid, has_many_people
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.receipts import PersonReceipt

_PAGE = 500
_AFTER = re.compile(r"[0-9]{5,20}(?:@lid)?")


class ReceiptAnswer(Part):
    """What one person's devices said of a message."""

    number: str | None = Field(description="Digits; null while it is unknown.")
    lid: str | None = Field(description="The hidden id, `…@lid`.")
    delivered: Moment | None = Field(description="When one of their devices got it.")
    read: Moment | None
    played: Moment | None


class ReceiptsAnswer(Answer):
    """Who got a message, by the order of their ids."""

    id: str
    receipts: list[ReceiptAnswer]
    next: str | None = Field(
        description=f"Pass it as `after` if there are more than {_PAGE} people; null on the last page."
    )


@route(
    "GET",
    "/api/messages/{message_id:str}/receipts",
    scope=Scope.MESSAGES_READ,
    answers={200: ReceiptsAnswer},
    parameters=(
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "pattern": f"^{_AFTER.pattern}$"}
        ),
    ),
    errors=(MessageNotFound,),
    chats="checked",
)
async def get_message_receipts(request: HttpRequest, message_id: FromPath[str]) -> Response[bytes]:
    """Show who got, read and played a message, and when: each person of a group, or its recipient."""
    serving = services(request)
    after = _after(request)
    row = await serving.messages.get(message_id) if is_message_id(message_id) else None
    if row is None or not await is_seen(serving, tenant(request), row):
        raise MessageNotFound
    if not has_many_people(row.to):
        return answer(ReceiptsAnswer(id=row.id, receipts=_of_one(row), next=None))
    if row.wa_id is None:
        return answer(ReceiptsAnswer(id=row.id, receipts=[], next=None))
    people = await serving.receipts.of(row.session_uid, row.wa_id, limit=_PAGE, after=after)
    more = people[-1].person if len(people) == _PAGE else None
    return answer(ReceiptsAnswer(id=row.id, receipts=[_shown(person) for person in people], next=more))


def _of_one(row: OutboundMessage) -> list[ReceiptAnswer]:
    """The person that it was sent to, as its row says."""
    delivered, read, played = (
        row.times.get(state) for state in (MessageState.DELIVERED, MessageState.READ, MessageState.PLAYED)
    )
    if delivered is None and read is None and played is None:
        return []
    to = Jid.parse(row.to)
    by_lid = to.server == LID
    return [_shown(PersonReceipt(None if by_lid else to.user, str(to) if by_lid else None, delivered, read, played))]


def _shown(person: PersonReceipt) -> ReceiptAnswer:
    return ReceiptAnswer(
        number=person.number, lid=person.lid, delivered=person.delivered, read=person.read, played=person.played
    )


def _after(request: HttpRequest) -> str | None:
    text = one_of_query(request, "after")
    if text is not None and not _AFTER.fullmatch(text):
        raise BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    return text
