"""What a phone says to its linked devices alone, first of all the key of its settings.

Nothing of it is anybody's message: it carries keys, and no client shows it.
"""

from __future__ import annotations

import time

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
