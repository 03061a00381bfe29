"""What a phone and its linked devices say to each other alone: the key of its settings, and answers to their questions.

Nothing of it is anybody's message: it carries keys, and no client shows it.
"""

from __future__ import annotations

import time

from google.protobuf.message import DecodeError

from sandbox.connections.network import Network
from sandbox.phones import device_zero
from sandbox.signal.written import Letter
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.protobufs import e2e


def share_key(network: Network, phone: Account, device: int) -> None:
    """Give a device the key of the phone's settings; it asks the server for them then."""
    id_, key = network.app_states.secret(phone)
    data = e2e.AppStateSyncKeyData(
        keyData=key,
        fingerprint=e2e.AppStateSyncKeyFingerprint(rawID=phone.raw_id, currentIndex=device, deviceIndexes=[0, device]),
        timestamp=int(time.time() * 1000),
    )
    share = e2e.AppStateSyncKeyShare(keys=[e2e.AppStateSyncKey(keyID=e2e.AppStateSyncKeyId(keyID=id_), keyData=data)])
    kind = e2e.ProtocolMessage.APP_STATE_SYNC_KEY_SHARE
    write(network, phone, device, e2e.ProtocolMessage(type=kind, appStateSyncKeyShare=share))


def write(network: Network, phone: Account, device: int, said: e2e.ProtocolMessage) -> None:
    """Say something to a linked device of the phone, now or when it comes back."""
    attrs: dict[str, str | Jid] = {
        "from": phone.lid_jid(),
        "id": device_zero.message_id(),
        "t": str(int(time.time())),
        "type": "text",
        "category": "peer",
    }
    plaintext = e2e.Message(protocolMessage=said).SerializeToString()
    device_zero.send(network, phone, phone, device, Letter(attrs, [Node("meta", {"appdata": "default"})], plaintext))


def take(network: Network, phone: Account, device: int, id_: str, enc: Node) -> None:
    """Take the message `id_` of a linked device to its phone. What the phone cannot read it leaves unanswered."""
    plaintext = device_zero.opened(network, phone, phone, device, enc)
    if plaintext is None:
        return
    try:
        message = e2e.Message.FromString(plaintext)
    except DecodeError:
        return
    said = message.deviceSentMessage.message if message.HasField("deviceSentMessage") else message
    if said.protocolMessage.HasField("appStateSyncKeyRequest"):
        share_key(network, phone, device)
    asked = said.protocolMessage.peerDataOperationRequestMessage
    if asked.peerDataOperationRequestType == e2e.PLACEHOLDER_MESSAGE_RESEND and asked.placeholderMessageResendRequest:
        _give_again(network, phone, device, id_, [each.messageKey.ID for each in asked.placeholderMessageResendRequest])


def _give_again(network: Network, phone: Account, device: int, question: str, ids: list[str]) -> None:
    """Answer a device that could not decrypt messages with those that the phone has."""
    answer = e2e.PeerDataOperationRequestResponseMessage(
        peerDataOperationRequestType=e2e.PLACEHOLDER_MESSAGE_RESEND, stanzaID=question
    )
    for id_ in ids:
        if (message := network.kept.find(phone.number, id_)) is not None:
            result = answer.peerDataOperationResult.add()
            result.placeholderMessageResendResponse.webMessageInfoBytes = message.SerializeToString()
    kind = e2e.ProtocolMessage.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE
    said = e2e.ProtocolMessage(type=kind, peerDataOperationRequestResponseMessage=answer)
    write(network, phone, device, said)
