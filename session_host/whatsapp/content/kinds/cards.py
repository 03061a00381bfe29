"""Cards of contacts (vCard, RFC 6350 and what phones make of it)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.contact import Card
from shared.contracts.content.contact import Contact as Sent
from shared.contracts.content.kind import Content
from shared.contracts.shown import Contact, Shown

_PHONE = re.compile(
    r"^(?:[\w-]+\.)?TEL(?P<parameters>(?:;[^:\r\n]*)?):(?P<number>[^\r\n]{1,100})", re.IGNORECASE | re.MULTILINE
)
_ON_WHATSAPP = re.compile(r";waid=(\d{5,20})(?:;|$)", re.IGNORECASE)
_MOST_NUMBERS = 50


def numbers(vcard: str) -> tuple[str, ...]:
    """The phone numbers on a card, each once."""
    found: dict[str, None] = {}
    for line in _PHONE.finditer(vcard):
        registered = _ON_WHATSAPP.search(line["parameters"])
        found[registered[1] if registered else line["number"].strip().removeprefix("tel:")] = None
        if len(found) == _MOST_NUMBERS:
            break
    return tuple(found)


def card(content: Any) -> Contact:  # noqa: ANN401 - a protobuf
    """One contact."""
    return Contact(name=text_of(content.displayName), numbers=numbers(content.vcard), vcard=content.vcard)


def one(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A message with one card."""
    return Reading("contact", Shown(message=text_of(content.displayName), contacts=(card(content),)))


def several(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A message with several cards."""
    contacts = tuple(card(each) for each in content.contacts)
    return Reading("contact", Shown(message=text_of(content.displayName), contacts=contacts))


def write(contact: Sent, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """One card as what it is, several as a list of them."""
    cards = contact.cards
    if len(cards) == 1:
        part = message.contactMessage
        _fill(part, cards[0])
    else:
        part = message.contactsArrayMessage
        part.displayName = f"{len(cards)} contacts"
        for card_ in cards:
            _fill(part.contacts.add(), card_)
    if surrounding is not None:
        part.contextInfo.CopyFrom(surrounding)


def _fill(part: Any, given: Card) -> None:  # noqa: ANN401 - a protobuf
    part.displayName, part.vcard = given.name, given.vcard or vcard(given.name, given.number or "")


def vcard(name: str, number: str) -> str:
    """A card as phones write it; `waid` tells WhatsApp that the number is there."""
    escaped = name.replace("\\", "\\\\").replace("\r", "").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")
    tel = f"TEL;type=CELL;type=VOICE;waid={number}:+{number}"
    return "\n".join(("BEGIN:VCARD", "VERSION:3.0", f"N:;{escaped};;;", f"FN:{escaped}", tel, "END:VCARD"))


READERS: Mapping[str, Reader] = {"contactMessage": one, "contactsArrayMessage": several}
WRITERS: Mapping[type[Content], Writer] = {Sent: write}
