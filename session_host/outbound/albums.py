"""Albums on their way out: the rows of their parts, and when a part may go (docs/adr/0045).

An album's own row holds all of it until its turn has come and its files are ready. Then the rows of its parts are
written, and only then it is handed over: from there on no crash loses a part, and none is made twice, since its id
follows from the album's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container

from session_host.outbound.jobs import Job
from session_host.whatsapp.beside import Referred
from shared.contracts.about import About
from shared.contracts.content.album import Album
from shared.errors import MessageNotFound
from shared.ids import part_id
from shared.messages.model import HANDED_OVER, OPEN, MessageState, OutboundMessage
from shared.messages.outcomes import why_not
from shared.messages.ports import Messages

_LIVE_MS = 15 * 60_000
"""A part may go out for so long after its album, whatever that had left itself."""


class AlbumUnderWay(Exception):  # noqa: N818 - no error
    """Nobody knows yet what became of the album: its parts come after it."""


async def lay_out(job: Job, album: Album, messages: Messages, now: int) -> None:
    """Put the parts of an album into the store, unless they are there.

    Raises:
        StoreUnavailable: maybe not all of them are there.
    """
    row = await messages.get(job.message_id)
    if row is None:
        return  # its session was deleted
    parts = [_row_of_part(row, job, place, now) for place in range(len(album.items))]
    done = await asyncio.gather(*map(messages.accept, parts), return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException):
            raise each
    job.parts = [each.message for each in done if not isinstance(each, BaseException)]


def jobs_of_parts(job: Job, here: Container[str]) -> list[Job]:
    """Those of an album that was laid out here, with their files as they were made ready; but none that are `here`."""
    if not isinstance(job.content, Album) or not job.parts:
        return []
    made: list[Job] = []
    for row, item in zip(job.parts, job.content.items, strict=True):
        if row.id not in here:
            made.append(Job.of_row(row))
            made[-1].content = item
    return made


async def album_of(messages: Messages, album_id: str, chat: str, me: str) -> Referred | None:
    """What a part has to name; None when nobody can say, and it goes by itself.

    Raises:
        AlbumUnderWay: it has to wait.
        WagateError: its album was not sent, for that reason.
        StoreUnavailable: it cannot be looked up now.
    """
    row = await messages.get(album_id)
    if row is None:
        raise MessageNotFound
    if row.state in {*OPEN, MessageState.SENDING}:
        raise AlbumUnderWay
    if row.state not in {*HANDED_OVER, MessageState.UNKNOWN}:
        raise why_not(row) or MessageNotFound()
    if row.wa_id is None:
        return None
    return Referred(
        id=row.wa_id,
        chat=chat,
        type=Album.model_fields["type"].default,
        from_me=True,
        author=me,
        authors=(me,),
        message=b"",
        secret=b"",
        sent_at=row.times.get(MessageState.SENT, row.created_at),
    )


def _row_of_part(album: OutboundMessage, job: Job, place: int, now: int) -> OutboundMessage:
    """It may wait for the connection, whether its album might or not: that has begun by then."""
    content = album.content["items"][place]
    about = (job.about or About()).model_copy(update={"album": album.id})
    return OutboundMessage(
        id=part_id(album.id, place),
        key_id=album.key_id,
        session_uid=album.session_uid,
        to=str(job.to),
        content=content,
        created_at=album.created_at,
        expires_at=max(album.expires_at, now + _LIVE_MS),
        queue=True,
        times={MessageState.ACCEPTED: now},
        sender=job.sender,
        about=about.model_dump(exclude_defaults=True),
    )
