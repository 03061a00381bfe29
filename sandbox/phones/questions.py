"""What linked devices ask their phone: the key of its settings, messages that they were not given, and older ones."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from sandbox.connections.network import Network
from sandbox.phones import companions, device_zero, history
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Node
from sandbox.wire.protobufs import e2e


def take(network: Network, phone: Account, device: int, id_: str, enc: Node) -> None:
    """Take the message `id_` of a linked device to its phone. What the phone cannot read it leaves unanswered."""
    plaintext = device_zero.opened(network, phone, phone, device, enc)
    if plaintext is None:
        return
    try:
        message = e2e.Message.FromString(plaintext)
    except DecodeError:
        return
    said = (message.deviceSentMessage.message if message.HasField("deviceSentMessage") else message).protocolMessage
    if said.HasField("appStateSyncKeyRequest"):
        companions.share_key(network, phone, device)
    asked = said.peerDataOperationRequestMessage
    if asked.placeholderMessageResendRequest:
        ids = [each.messageKey.ID for each in asked.placeholderMessageResendRequest]
        _give_again(network, phone, device, id_, ids)
    if asked.HasField("historySyncOnDemandRequest"):
        history.send_older(network, phone, device, id_, asked.historySyncOnDemandRequest)


def _give_again(network: Network, phone: Account, device: int, question: str, ids: list[str]) -> None:
    """Answer a device that was not given messages with those that the phone has."""
    answer = e2e.PeerDataOperationRequestResponseMessage(
        peerDataOperationRequestType=e2e.PLACEHOLDER_MESSAGE_RESEND, stanzaID=question
    )
    for id_ in ids:
        if (message := network.kept.find(phone.number, id_)) is not None:
            result = answer.peerDataOperationResult.add()
            result.placeholderMessageResendResponse.webMessageInfoBytes = message.SerializeToString()
    kind = e2e.ProtocolMessage.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE
    said = e2e.ProtocolMessage(type=kind, peerDataOperationRequestResponseMessage=answer)
    companions.write(network, phone, device, said)
