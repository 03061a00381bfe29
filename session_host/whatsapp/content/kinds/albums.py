"""Albums: one message says how many pictures and videos follow, and each of these names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading
from session_host.whatsapp.library.neonize_client import MessageKinds
from shared.contracts.cards import Album
from shared.contracts.shown import Shown


def album(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """The message that comes before them."""
    counted = Album(images=content.expectedImageCount or None, videos=content.expectedVideoCount or None)
    return Reading("album", Shown(album=counted))


def part_of(info: Any) -> Album | None:  # noqa: ANN401 - a protobuf
    """The album that a message with this `MessageContextInfo` is part of; None when it is of none."""
    tied = info.messageAssociation
    if tied.associationType != MessageKinds.OF_ALBUM or not tied.parentMessageKey.ID:
        return None
    return Album(message_id=tied.parentMessageKey.ID)


READERS: Mapping[str, Reader] = {"albumMessage": album}
