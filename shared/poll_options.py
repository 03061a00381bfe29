"""How the options of a poll are named in a vote: WhatsApp puts the SHA-256 of each name into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

_LENGTH = 8
"""Bytes of the hash that are kept: enough to tell the options of one poll apart."""


def id_of_hash(digest: bytes) -> str:
    """What an option with this hash is called where votes are kept."""
    return digest[:_LENGTH].hex()


def names_by_id(options: Iterable[str]) -> Mapping[str, str]:
    """The names of a poll's options, by what they are called in votes, in their order."""
    return {id_of_hash(sha256(option.encode()).digest()): option for option in options}
