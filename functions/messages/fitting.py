"""What WhatsApp has where: newsletters and status posts take less than a chat with a person or a group."""

from __future__ import annotations

from typing import Final

from shared.contracts.about import About
from shared.contracts.content.kind import Content
from shared.contracts.contents import CONTENTS
from shared.errors import ContentUnfit
from shared.jids import BROADCAST, NEWSLETTER, Jid

_BESIDE: Final = "quotedId", "mentions", "typing", "viewOnce"
_REACTIONS: Final = " An emoji for a post: POST /api/newsletters/{jid}/react."


def check_fits(to: Jid, content: Content, about: About | None = None, *, typing: bool = False) -> None:
    """Whether WhatsApp has such a message in that chat; raises ContentUnfit."""
    if to.server == NEWSLETTER:
        where, more, fits = "in newsletters", _REACTIONS, content.in_newsletters
        there = [name for name, kind in CONTENTS.items() if kind.in_newsletters]
    elif to.server == BROADCAST:
        where, more, fits = "among status posts", "", content.in_status
        there = [name for name, kind in CONTENTS.items() if kind.in_status]
    else:
        return
    if not fits:
        words = f"WhatsApp has no '{content.type}' {where}, but {', '.join(there)}.{more} Nothing was sent."
        raise ContentUnfit(words)
    about = about or About()
    given = about.quoted_id, about.mentions, typing, getattr(content, "view_once", False)
    for name, value in zip(_BESIDE, given, strict=True):
        if value:
            raise ContentUnfit(f"WhatsApp has no '{name}' {where}: send it without. Nothing was sent.", field=name)
