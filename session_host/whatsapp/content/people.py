"""Addresses of people in a message's protobuf: a phone number's or a LID."""

from __future__ import annotations

from shared.errors import NumberInvalid
from shared.jids import LID, PHONE, Jid


def number_and_lid(text: str) -> tuple[str | None, str | None]:
    """Digits of a phone number, or `…@lid`, of an address; (None, None) of anything else."""
    try:
        jid = Jid.parse(text)
    except NumberInvalid:
        return None, None
    if jid.server == LID:
        return None, str(jid)
    return (jid.user if jid.server == PHONE else None), None
