"""What a message has beside its content, with what it answers or is about looked up, and whether that may be said."""

from __future__ import annotations

from collections.abc import Sequence

from session_host.outbound.references import References
from session_host.whatsapp.beside import Beside, Referred
from session_host.whatsapp.to_whatsapp import serialise
from shared.contracts.about import About
from shared.contracts.content.kind import AboutMessage, Content
from shared.errors import TargetNotFound, TargetNotOwn, TargetTooOld
from shared.jids import is_group


async def beside_of(  # noqa: PLR0913, PLR0917 - the message, where it goes and what is known
    content: Content, about: About | None, chats: Sequence[str], me: Sequence[str], references: References, now: int
) -> Beside:
    """What goes with the content of a message.

    Args:
        content: what it says.
        about: what it has beside that.
        chats: every address of the chat, first the one by which to speak of it.
        me: the session's own addresses, a LID first where it has one.
        references: find what it answers or is about.
        now: milliseconds since 1970.

    Raises:
        TargetNotFound, TargetNotOwn, TargetTooOld, TargetUnfit: it cannot be sent.
        AlbumUnderWay, WagateError: its album is not sent yet, or was not.
        StoreUnavailable: it cannot be looked up now.
    """
    about = about or About()
    quoted = target = album = None
    if about.quoted_id is not None:
        quoted = await _find(references, chats, about.quoted_id, me)
    if isinstance(content, AboutMessage):
        target = await _find(references, content.chats or chats, content.message_id, me)
        check(content, target, now)
    if about.album is not None:
        album = await references.album(about.album, chats[0], me)
    own = me[0] if me else ""
    return Beside(
        quoted=quoted,
        mentions=about.mentions,
        forwarded=about.forwarded,
        target=target,
        preview=about.preview,
        look=about.look,
        album=album,
        me=own,
    )


async def _find(references: References, chats: Sequence[str], message_id: str, me: Sequence[str]) -> Referred:
    found = await references.find(chats, message_id, me)
    if found is None:
        raise TargetNotFound(messageId=message_id)
    return found


def check(content: AboutMessage, target: Referred, now: int) -> None:
    """Whether that may be said of it; raises TargetNotOwn, TargetTooOld, TargetUnfit."""
    if content.own and not target.from_me and not (content.admins_may and is_group(target.chat)):
        raise TargetNotOwn(messageId=target.id)
    if content.within is not None and now - target.sent_at > content.within * 1000:
        raise TargetTooOld(messageId=target.id, limit=content.within)
    serialise(content, b"", Beside(target=target))  # what does not fit says so here, and not when its turn has come
