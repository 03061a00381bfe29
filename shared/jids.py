"""WhatsApp addresses (JIDs) and phone numbers: parsed and built here, nowhere else.

Servers: `s.whatsapp.net` a phone number, `lid` WhatsApp's own hidden id of a person, `g.us` a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import phonenumbers

from shared.errors import NumberInvalid

PHONE = "s.whatsapp.net"
LID = "lid"
GROUP = "g.us"
_LEGACY_PHONE = "c.us"
_USER = re.compile(r"[0-9]{5,20}(-[0-9]{5,20})?")
_DEVICE = re.compile(r"(?P<user>[0-9-]+)(?:\.[0-9]+)?(?::(?P<device>[0-9]{1,5}))?")
_PUNCTUATION = re.compile(r"[\s().\-\u00a0\u2010-\u2015]")
_MIN_DIGITS, _MAX_DIGITS = (
    7,
    15,
)  # ITU-T E.164 allows at most 15; the shortest mobile numbers with a country code have 7
_MAX_INPUT = 100


@dataclass(frozen=True, slots=True)
class Jid:
    """One WhatsApp address without its device."""

    user: str
    server: str

    def __str__(self) -> str:
        return f"{self.user}@{self.server}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `user@server` or `user:device@server`; the device is dropped. Raises NumberInvalid."""
        user, at, server = text.partition("@")
        match = _DEVICE.fullmatch(user)
        server = PHONE if server == _LEGACY_PHONE else server
        if not at or match is None or server not in {PHONE, LID, GROUP} or not _USER.fullmatch(match["user"]):
            raise NumberInvalid(f"'{text[:_MAX_INPUT]}' is not a WhatsApp address. {NumberInvalid.remedy}")
        return cls(match["user"], server)

    @property
    def number(self) -> str | None:
        """The phone number's digits when this is one, else None."""
        return self.user if self.server == PHONE else None


def parse_recipient(text: str, default_region: str | None = None) -> Jid:
    """Turn what a person writes for a recipient into an address.

    Args:
        text: `628123456789`, `+62 812-3456-789`, `0812…` (needs the region), or the full JID of a number, a group
            or a LID.
        default_region: ISO 3166 country of the key (`ID`), for numbers in national form.

    Raises:
        NumberInvalid: says what is wrong with the number.
    """
    text = text.strip()
    if not text or len(text) > _MAX_INPUT:
        raise NumberInvalid(f"The number is empty or too long. {NumberInvalid.remedy}")
    if "@" in text:
        return Jid.parse(text)
    digits = _PUNCTUATION.sub("", text)
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise NumberInvalid(f"'{text}' has characters that are not of a number. {NumberInvalid.remedy}")
    if not international and digits.startswith("0"):
        digits = _from_national(text, digits, default_region)
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS or digits.startswith("0"):
        raise NumberInvalid(f"'{text}' has {len(digits)} digits; with its country code a number has 7 to 15.")
    return Jid(digits, PHONE)


def _from_national(text: str, digits: str, default_region: str | None) -> str:
    if digits.startswith("00"):
        return digits[2:]
    if default_region is None:
        raise NumberInvalid(
            f"'{text}' is in national form and this key has no default country. "
            "Write it with its country code, or have the key given one."
        )
    try:
        parsed = phonenumbers.parse(digits, default_region)
    except phonenumbers.NumberParseException as error:
        raise NumberInvalid(f"'{text}' is not a number of {default_region}. {NumberInvalid.remedy}") from error
    return f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
