"""Seals messages as phones do, with the secret of the message they are about; as protobuf's JSON."""

import base64
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.json_format import ParseDict

from session_host.whatsapp.library.binding import e2e
from session_host.whatsapp.library.neonize_client import E2eMessage, EventResponseMessage, PollVoteMessage

Key = dict[str, Any]


def sealed_vote(  # noqa: PLR0913, PLR0917 - what it is made of
    secret: bytes, key: Key, author: str, voter: str, chosen: list[str], at: int = 0
) -> dict[str, Any]:
    """A vote for these options."""
    vote = PollVoteMessage(selectedOptions=[sha256(option.encode()).digest() for option in chosen])
    sealed = _sealed(secret, key, author, voter, "Poll Vote", vote, names_voter=True)
    return {"pollUpdateMessage": {"pollCreationMessageKey": key, "vote": sealed, "senderTimestampMS": str(at)}}


def sealed_answer(secret: bytes, key: Key, author: str, sender: str, response: int) -> dict[str, Any]:
    """An answer to an event, with one guest."""
    answer = EventResponseMessage(response=response, timestampMS=1_700_000_000_777, extraGuestCount=1)
    sealed = _sealed(secret, key, author, sender, "Event Response", answer, names_voter=True)
    return {"encEventResponseMessage": {"eventCreationMessageKey": key} | sealed}


def sealed_reaction(secret: bytes, key: Key, author: str, sender: str, emoji: str) -> dict[str, Any]:
    """A reaction, as in communities."""
    sealed = _sealed(secret, key, author, sender, "Enc Reaction", e2e.ReactionMessage(text=emoji))
    return {"encReactionMessage": {"targetMessageKey": key} | sealed}


def sealed_comment(secret: bytes, key: Key, author: str, sender: str, text: str) -> dict[str, Any]:
    """A comment, as in communities."""
    sealed = _sealed(secret, key, author, sender, "Enc Comment", E2eMessage(conversation=text))
    return {"encCommentMessage": {"targetMessageKey": key} | sealed}


def sealed_edit(  # noqa: PLR0913, PLR0917 - what it is made of
    secret: bytes, key: Key, author: str, sender: str, text: str, inside: Key | None = None
) -> dict[str, Any]:
    """An edit, as phones send it since May 2026; `inside`: the key that is sealed in it."""
    plain = {"protocolMessage": {"type": 14, "key": inside or key, "editedMessage": {"conversation": text}}}
    sealed = _sealed(secret, key, author, sender, "Message Edit", ParseDict(plain, E2eMessage()))
    return {"secretEncryptedMessage": {"targetMessageKey": key, "secretEncType": 2} | sealed}


def _sealed(  # noqa: PLR0913, PLR0917 - what the key is made of
    secret: bytes, key: Key, author: str, sender: str, use: str, plain: Any, *, names_voter: bool = False
) -> dict[str, Any]:
    info = f"{key['ID']}{author}{sender}{use}".encode()
    iv = os.urandom(12)
    checked = f"{key['ID']}\0{sender}".encode() if names_voter else None
    cipher = AESGCM(HKDF(SHA256(), 32, None, info).derive(secret))
    payload = cipher.encrypt(iv, plain.SerializeToString(), checked)
    return {"encPayload": base64.b64encode(payload).decode(), "encIV": base64.b64encode(iv).decode()}
