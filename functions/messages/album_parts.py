"""What became of each picture and video of an album."""

from __future__ import annotations

import asyncio

from functions.messages.schemas import AlbumPart, why_not
from shared.contracts.content.album import Album
from shared.ids import part_id
from shared.messages.model import FINAL_FAILURES, OPEN, MessageState, OutboundMessage
from shared.messages.ports import Messages

_AS_THE_ALBUM = OPEN | FINAL_FAILURES


async def parts_of(messages: Messages, row: OutboundMessage) -> tuple[AlbumPart, ...] | None:
    """The messages of an album, None of anything else. Those that are not made yet are where the album is."""
    if row.content["type"] != Album.model_fields["type"].default:
        return None
    types = [item["type"] for item in row.content["items"]]
    ids = [part_id(row.id, place) for place in range(len(types))]
    rows = await asyncio.gather(*map(messages.get, ids))
    return tuple(
        _not_made(id_, type_, row) if part is None else _made(part, type_)
        for id_, type_, part in zip(ids, types, rows, strict=True)
    )


def _made(part: OutboundMessage, type_: str) -> AlbumPart:
    return AlbumPart(id=part.id, type=type_, status=part.state, message_id=part.wa_id, failure=why_not(part))


def _not_made(id_: str, type_: str, album: OutboundMessage) -> AlbumPart:
    status = album.state if album.state in _AS_THE_ALBUM else MessageState.ACCEPTED
    return AlbumPart(id=id_, type=type_, status=status, failure=why_not(album))
