"""Opens what is sealed with the secret of the message it is about: edits, votes, answers to events and the like.

The key is HKDF-SHA256 over that message's secret, with its id, its author, who changes it, and the use as the info;
the cipher AES-256-GCM. Authors are named by LID or by number, and phones mix them: every way is tried, and the tag of
the cipher tells the right one. Run between two real clients; the uses' names are WhatsApp's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product
from typing import Any, NamedTuple

from session_host.whatsapp.library.neonize_client import MessageKinds
from shared.encryption import NONCE_LENGTH, NotOpened, decrypted, derived

_USES = {
    MessageKinds.SEALED_EDIT: b"Message Edit",
    MessageKinds.SEALED_EVENT_EDIT: b"Event Edit",
    MessageKinds.SEALED_POLL_EDIT: b"Poll Edit",
    MessageKinds.SEALED_POLL_OPTION: b"Poll Add Option",
}
_KEY_LENGTH = 32


class Seal(NamedTuple):
    """What is sealed in a message."""

    use: bytes
    target: str
    """The id of the message whose secret opens it."""
    payload: bytes
    iv: bytes
    names_voter: bool = False
    """Whether the cipher also checks who it is from."""


def seal_of(message: Any) -> Seal | None:  # noqa: ANN401 - a protobuf
    """What is sealed in a `waE2E.Message`; None when nothing is that could be opened."""
    if message.HasField("secretEncryptedMessage"):
        sealed = message.secretEncryptedMessage
        use = _USES.get(sealed.secretEncType)
        return None if use is None else Seal(use, sealed.targetMessageKey.ID, sealed.encPayload, sealed.encIV)
    if message.HasField("pollUpdateMessage"):
        target, vote = message.pollUpdateMessage.pollCreationMessageKey.ID, message.pollUpdateMessage.vote
        return Seal(b"Poll Vote", target, vote.encPayload, vote.encIV, names_voter=True)
    if message.HasField("encEventResponseMessage"):
        answer = message.encEventResponseMessage
        target = answer.eventCreationMessageKey.ID
        return Seal(b"Event Response", target, answer.encPayload, answer.encIV, names_voter=True)
    for name, use in (("encReactionMessage", b"Enc Reaction"), ("encCommentMessage", b"Enc Comment")):
        if message.HasField(name):
            sealed = getattr(message, name)
            return Seal(use, sealed.targetMessageKey.ID, sealed.encPayload, sealed.encIV)
    return None


def opened(seal: Seal, secrets: Iterable[bytes], authors: Collection[str], senders: Collection[str]) -> bytes | None:
    """What was sealed, as the bytes of a protobuf; None when nothing opens it.

    Args:
        seal: what is sealed.
        secrets: those that may be of the message it is about.
        authors: addresses (`user@server`) of who may have written that message.
        senders: addresses of who may have sealed this.
    """
    if len(seal.iv) != NONCE_LENGTH:
        return None
    for secret, author, sender in product(secrets, authors, senders):
        info = seal.target.encode() + author.encode() + sender.encode() + seal.use
        checked = f"{seal.target}\0{sender}".encode() if seal.names_voter else None
        try:
            return decrypted(derived(secret, _KEY_LENGTH, info), seal.iv, seal.payload, checked)
        except NotOpened:
            continue
    return None
