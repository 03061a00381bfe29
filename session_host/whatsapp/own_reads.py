"""What the number reads on its phone: WhatsApp tells its other devices by a receipt, as it tells who wrote.

Where receipts are turned off it is one of a kind of its own, from the chat instead of the number.
"""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.neonize_client import protobufs
from shared.contracts.chat_events import ChatRead
from shared.contracts.event import Person
from shared.contracts.people_events import chat_with
from shared.jids import LID, PHONE


def own_read(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """A neonize `Receipt` by which the number's own devices are told what it read; None when it is another."""
    kind, source = known(event, "Type"), event.MessageSource
    if kind != protobufs.Receipt.READ_SELF and not (kind == protobufs.Receipt.READ and source.IsFromMe):
        return None
    chat = source.Chat
    address = f"{chat.User}@{chat.Server}"
    who = None
    if chat.Server == PHONE:
        who = Person(number=chat.User)
    elif chat.Server == LID:
        who = Person(number=people.number_of(address), lid=address)
    return people.introduce(
        ChatRead(
            at=at,
            chat=address if who is None else chat_with(who, address),
            who=who,
            message_ids=tuple(event.MessageIDs),
            timestamp=event.Timestamp,  # seconds here
        )
    )
