"""What people write for a recipient, as WhatsApp's address.

Apart from `shared.jids`, since it knows the numbers of all countries: 3 MB that a session host needs for cards alone.
"""

from __future__ import annotations

import re
import unicodedata

from shared.errors import NumberInvalid
from shared.invisible import names_of, without_invisible
from shared.jids import GROUP, LID, PHONE, Jid
from shared.phone_numbers import country_code_and_number

_SCHEME = re.compile(r"(tel|whatsapp):", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<plus>\+?)(?P<digits>[0-9]+)")
_PLUSES = "+\uff0b"
_PUNCTUATION = "().[]/~\u00b7\u2212\u30fb\u30fc\uff08\uff09\uff0e\uff0f\uff3b\uff3d\uff5e"
"""What people put between digits beside spaces and dashes, also in the widths and scripts of East Asia."""
_SPACES_AND_DASHES = frozenset({"Zs", "Pd"})
_MIN_DIGITS, _MAX_DIGITS = (
    7,
    15,
)  # ITU-T E.164 allows at most 15; the shortest mobile numbers with a country code have 7
_MAX_INPUT = 100
_PEOPLE = frozenset({PHONE, LID, GROUP})


def parse_recipient(text: str, default_region: str | None = None) -> Jid:
    """The address of a person or a group, as `parse_chat` reads it. Raises NumberInvalid for any other chat too."""
    jid = parse_chat(text, default_region)
    if jid.server not in _PEOPLE:
        raise NumberInvalid(f"'{text}' is neither a person nor a group. {NumberInvalid.remedy}")
    return jid


def parse_chat(text: str, default_region: str | None = None) -> Jid:
    """Turn what a person writes or pastes for where a message is to go into an address.

    Args:
        text: `628123456789`, `+62 812-3456-789`, `tel:+62…`, a number in national form (needs the region), or the full
            JID of a number, a group, a LID or a newsletter, or `status@broadcast`. Digits may be those of any script;
            invisible characters do not count.
        default_region: ISO 3166 country of the key (`ID`), for numbers in national form. How a number that may be
            national or international is read stands in `shared.phone_numbers`.

    Raises:
        NumberInvalid: says what is wrong with the number.
    """
    if len(text) > _MAX_INPUT:
        raise NumberInvalid(f"The number is too long. {NumberInvalid.remedy}")
    text = without_invisible(text).strip()
    if not text:
        raise NumberInvalid(f"The number is empty. {NumberInvalid.remedy}")
    if "@" in text:
        return Jid.parse(text)
    plain = text.isascii() and text.isdigit()
    written = text if plain else "".join(map(_as_dialled, _SCHEME.sub("", text)))
    number = _NUMBER.fullmatch(written)
    if number is None:
        raise NumberInvalid(f"'{text}' {_what_is_wrong(written)}. {NumberInvalid.remedy}")
    digits = country_code_and_number(number["digits"], default_region, international=bool(number["plus"]))
    if digits is None:
        raise _not_international(text, number["plus"], default_region)
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        raise NumberInvalid(f"'{text}' has {len(digits)} digits; with its country code a number has 7 to 15.")
    return Jid(digits, PHONE)


def _as_dialled(character: str) -> str:
    """An ASCII digit, a plus, nothing for what only makes a number readable; what is neither as it is."""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _PLUSES:
        return "+"
    if character in _PUNCTUATION or unicodedata.category(character) in _SPACES_AND_DASHES:
        return ""
    return character


def _what_is_wrong(written: str) -> str:
    foreign = re.sub(r"[0-9+]", "", written)
    if foreign:
        return f"has characters that no number has: {names_of(foreign)}"
    return "has a '+' that is not at its beginning" if "+" in written.lstrip("+") else "has no digits"


def _not_international(text: str, plus: str, default_region: str | None) -> NumberInvalid:
    if plus:
        return NumberInvalid(f"'{text}' has a 0 where its country code belongs. {NumberInvalid.remedy}")
    if default_region is None:
        return NumberInvalid(
            f"'{text}' is in national form, and this key has no default country. Write it with its country code, or "
            "ask the administrator to set a country for the key."
        )
    return NumberInvalid(f"'{text}' is not a number of {default_region}. {NumberInvalid.remedy}")
