"""Sends a new device what was said before it was linked."""

from __future__ import annotations

from typing import cast

from sandbox.connections.network import Network
from sandbox.history.chunks import Chunk
from sandbox.media.phone_files import HISTORY, left_by_phone
from sandbox.phones import companions
from sandbox.state.accounts import Account
from sandbox.wire.protobufs import e2e, history_sync


def send(network: Network, phone: Account, device: int) -> None:
    """Send all pieces of a phone's history, in order: small first ones in the message, the others by the media servers.

    A phone without a history says nothing of it.
    """
    history = network.histories.by_number.get(phone.number)
    for chunk in history.chunks if history else ():
        type_ = cast("e2e.HistorySyncType.ValueType", chunk.type)  # the same numbers in both protobufs
        notification = e2e.HistorySyncNotification(syncType=type_, chunkOrder=chunk.order, progress=chunk.progress)
        is_first = chunk.type == history_sync.HistorySync.INITIAL_BOOTSTRAP
        if history and is_first and len(chunk.payload) <= history.inline:
            notification.initialHistBootstrapInlinePayload = chunk.payload
        else:
            _upload(network, phone, chunk, notification)
        kind = e2e.ProtocolMessage.HISTORY_SYNC_NOTIFICATION
        said = e2e.ProtocolMessage(type=kind, historySyncNotification=notification)
        companions.write(network, phone, device, said)


def _upload(network: Network, phone: Account, chunk: Chunk, notification: e2e.HistorySyncNotification) -> None:
    file = left_by_phone(network.media, network.permits, phone.number, chunk.payload, HISTORY)
    notification.fileSHA256 = file.sha256
    notification.fileEncSHA256 = file.encrypted_sha256
    notification.fileLength = file.size
    notification.mediaKey = file.media_key
    notification.directPath = file.path
    notification.encHandle = file.token
