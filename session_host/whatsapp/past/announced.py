"""A piece of the past that a phone has left for the session: what the phone says of it, not the piece itself."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.client import Arrival
from session_host.whatsapp.past.piece import PieceAnnounced
from session_host.whatsapp.past.reading import piece_name

_PEER = "peer"


def announced_piece(event: Any, at: int) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """The piece that a neonize `Message` announces; None for every other message."""
    if event.Info.Category != _PEER or not event.Message.protocolMessage.HasField("historySyncNotification"):
        return None
    said = event.Message.protocolMessage.historySyncNotification
    return Arrival(PieceAnnounced(at=at, name=piece_name(said.syncType, said.chunkOrder)))
