"""The phone as a device (number 0): it encrypts for the linked devices, its own and others', and opens what they write.

The phone always writes first: linked devices cannot begin a session with it, they answer in the one they have.
"""

from __future__ import annotations

import secrets
from typing import Final

from sandbox.connections.network import Network
from sandbox.signal.session import Session, SessionError
from sandbox.signal.written import Letter
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Node

_MOST_PADDING: Final = 15
_REGISTRATION_BITS: Final = 0x3FFF


def send(  # noqa: PLR0913 - who writes what to whom
    network: Network,
    phone: Account,
    owner: Account,
    device: int,
    letter: Letter,
    *,
    first: tuple[bytes, Node] | None = None,
) -> None:
    """Write to a device of `owner`, who may be the phone's own.

    `first`: what goes out in place of the letter, which then is for a device that cannot decrypt it: what is encrypted
    for the device (the key of what is for many), and that part for many.
    """
    plaintext, beside = (letter.plaintext, letter.beside) if first is None else (first[0], [])
    enc = _encrypted(network, phone, owner, device, plaintext)
    if enc is not None:
        network.written.add(phone.number, owner.lid_jid(device), letter)
        _hand_over(network, phone, (owner.number, device), letter, [*beside, enc, *([first[1]] if first else ())])


def send_again(network: Network, phone: Account, owner: Account, device: int, asked: tuple[str, str]) -> None:
    """Write what a device could not decrypt once more, in a new session. What is forgotten stays unanswered.

    `asked`: the message's id, and how often it was asked for.
    """
    message, count = asked
    peer = owner.lid_jid(device)
    letter = network.written.find(phone.number, message, peer)
    if letter is None:
        return
    network.sessions.forget(phone, peer)
    enc = _encrypted(network, phone, owner, device, letter.plaintext)
    if enc is not None:
        enc = Node("enc", {**enc.attrs, "count": count}, enc.content)
        _hand_over(network, phone, (owner.number, device), letter, [*letter.beside, enc])


def _hand_over(network: Network, phone: Account, to: tuple[str, int], letter: Letter, content: list[Node]) -> None:
    is_between_devices = letter.attrs.get("category") == "peer"
    record = None if is_between_devices else network.journal.delivery(str(letter.attrs["id"]), phone.number, to)
    network.delivery.send(to, Node("message", dict(letter.attrs), content), record)


def opened(network: Network, phone: Account, sender: Account, device: int, enc: Node) -> bytes | None:
    """Return what a device wrote to the phone, None when the phone cannot decrypt it."""
    peer = sender.lid_jid(device)
    session = network.sessions.find(phone, peer)
    if session is None or enc.attrs.get("type") != "msg" or not isinstance(enc.content, bytes):
        return None
    try:
        padded = session.decrypt(enc.content)
    except SessionError:
        return None
    network.sessions.save(phone, peer, session)
    return padded[: -padded[-1]] if padded else b""


def message_id() -> str:
    """Return an id for a message, as phones make them."""
    return f"3A{secrets.token_hex(9).upper()}"


def padded(plaintext: bytes) -> bytes:
    """Return a text with as many bytes behind it as each of them says."""
    padding = secrets.randbelow(_MOST_PADDING) + 1
    return plaintext + bytes((padding,)) * padding


def _encrypted(network: Network, phone: Account, owner: Account, device: int, plaintext: bytes) -> Node | None:
    peer = owner.lid_jid(device)
    session = network.sessions.find(phone, peer)
    if session is None:
        bundle = network.directory.take_bundle(owner, device)
        if bundle is None:
            return None
        session = Session.begin(phone.identity, phone.raw_id & _REGISTRATION_BITS, bundle)
    kind, ciphertext = session.encrypt(padded(plaintext))
    network.sessions.save(phone, peer, session)
    return Node("enc", {"v": "2", "type": kind}, ciphertext)
