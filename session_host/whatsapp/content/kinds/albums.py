"""Albums: one message says how many pictures and videos follow, and each of these names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.beside import Referred
from session_host.whatsapp.content.kinds.sayings import name
from session_host.whatsapp.content.readings import Reader, Reading
from session_host.whatsapp.content.writings import Writer
from session_host.whatsapp.library.neonize_client import MessageKinds
from shared.contracts import cards
from shared.contracts.content.album import Album
from shared.contracts.content.kind import Content
from shared.contracts.shown import Shown


def album(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """The message that comes before them."""
    counted = cards.Album(images=content.expectedImageCount or None, videos=content.expectedVideoCount or None)
    return Reading("album", Shown(album=counted))


def part_of(info: Any) -> cards.Album | None:  # noqa: ANN401 - a protobuf
    """The album that a message with this `MessageContextInfo` is part of; None when it is of none."""
    if not info.HasField("messageAssociation"):
        return None
    tied = info.messageAssociation
    if tied.associationType != MessageKinds.OF_ALBUM or not tied.parentMessageKey.ID:
        return None
    return cards.Album(message_id=tied.parentMessageKey.ID)


def write(content: Album, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """How many of each follow."""
    message.albumMessage.expectedImageCount, message.albumMessage.expectedVideoCount = content.images, content.videos
    if surrounding is not None:
        message.albumMessage.contextInfo.CopyFrom(surrounding)


def tie(message: Any, parent: Referred) -> None:  # noqa: ANN401 - a protobuf
    """Say which album a picture or a video is of."""
    tied = message.messageContextInfo.messageAssociation
    tied.associationType = MessageKinds.OF_ALBUM
    name(tied.parentMessageKey, parent)


READERS: Mapping[str, Reader] = {"albumMessage": album}
WRITERS: Mapping[type[Content], Writer] = {Album: write}
