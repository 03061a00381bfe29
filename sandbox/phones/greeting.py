"""What a phone says to a linked device that is new to it."""

from __future__ import annotations

from sandbox.connections.network import Network
from sandbox.phones import companions, history, own_settings
from sandbox.state.accounts import Account


def greet(network: Network, phone: Account, device: int) -> None:
    """Give a device that the phone has never written to the key of the settings, and what was said before it came."""
    if network.sessions.has(phone, phone.lid_jid(device)):
        return
    own_settings.introduce(network, phone)
    companions.share_key(network, phone, device)
    history.send(network, phone, device)
