"""Sends a device what was said before it was linked: when it is new, and what it asks for later."""

from __future__ import annotations

from typing import cast

from sandbox.connections.network import Network
from sandbox.history.chunks import Chunk, older
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
        notification = e2e.HistorySyncNotification(chunkOrder=chunk.order, progress=chunk.progress)
        is_first = chunk.type == history_sync.HistorySync.INITIAL_BOOTSTRAP
        _send(network, phone, device, chunk, notification, inline=history.inline if history and is_first else 0)


def send_older(
    network: Network,
    phone: Account,
    device: int,
    question: str,
    asked: e2e.PeerDataOperationRequestMessage.HistorySyncOnDemandRequest,
) -> None:
    """Answer a device that asks for what was said before some message. Of what it has not the phone says nothing."""
    history = network.histories.by_number.get(phone.number)
    chat = history.chat(asked.chatJID) if history else None
    if history is not None and chat is not None:
        chunk = older(chat, str(phone.pn_jid()), asked.oldestMsgID, asked.onDemandMsgCount)
        notification = e2e.HistorySyncNotification(progress=chunk.progress, peerDataRequestSessionID=question)
        _send(network, phone, device, chunk, notification, inline=history.inline)


def _send(  # noqa: PLR0913 - what goes to whom, and how
    network: Network,
    phone: Account,
    device: int,
    chunk: Chunk,
    notification: e2e.HistorySyncNotification,
    *,
    inline: int,
) -> None:
    notification.syncType = cast("e2e.HistorySyncType.ValueType", chunk.type)  # the same numbers in both protobufs
    if len(chunk.payload) <= inline:
        notification.initialHistBootstrapInlinePayload = chunk.payload
    else:
        _upload(network, phone, chunk, notification)
    kind = e2e.ProtocolMessage.HISTORY_SYNC_NOTIFICATION
    companions.write(network, phone, device, e2e.ProtocolMessage(type=kind, historySyncNotification=notification))


def _upload(network: Network, phone: Account, chunk: Chunk, notification: e2e.HistorySyncNotification) -> None:
    file = left_by_phone(network.media, network.permits, phone.number, chunk.payload, HISTORY)
    notification.fileSHA256 = file.sha256
    notification.fileEncSHA256 = file.encrypted_sha256
    notification.fileLength = file.size
    notification.mediaKey = file.media_key
    notification.directPath = file.path
    notification.encHandle = file.token
