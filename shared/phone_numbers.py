"""What the digits of a phone number mean: `phonenumbers` reads them as a number of the world and of a country.

With a default country a number without `+` can be both. The first of these readings that holds is taken:

1. the country's, when it may be a mobile phone's and people there write it exactly so: (202) 555-0123, 0812-3456-789;
2. the world's, when it may be a mobile phone's: 628123456789;
3. the country's mobile number without the 0 that belongs before it: 812-3456-789;
4. the world's, then the country's, when it is any number that may be given out, then when its length is possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    number_type,
    parse,
)

_ABROAD = "00"
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@lru_cache(maxsize=10_000)
def country_code_and_number(digits: str, region: str | None, *, international: bool) -> str | None:
    """The digits of a number with its country code, and without a prefix that is only dialled inside a country.

    Args:
        digits: what was written, without punctuation.
        region: ISO 3166 country in which it was written without a `+`; None when that is not known.
        international: whether it was written with a `+`.

    Returns:
        Digits. Those that were given when they may have a country code that `phonenumbers` does not know; None when
        they cannot be a number with a country code.
    """
    if not international and digits.startswith(_ABROAD):
        world = digits.removeprefix(_ABROAD)
    elif not international and digits.startswith("0") and region is None:
        return None
    else:
        world = digits
    abroad = _parsed(f"+{world}", None)
    home = None if international else _parsed(digits, region)
    meant = next(_readings(digits, abroad, home), None)
    if meant is not None:
        return f"{meant.country_code}{national_significant_number(meant)}"
    return None if world.startswith("0") else world


def _readings(digits: str, abroad: PhoneNumber | None, home: PhoneNumber | None) -> Iterator[PhoneNumber]:
    """Those that hold, the likeliest first."""
    both = [reading for reading in (abroad, home) if reading is not None]
    mobile = [reading for reading in both if number_type(reading) in _MOBILE]
    yield from (reading for reading in mobile if reading is home and _written_nationally(reading) == digits)
    yield from mobile
    yield from (reading for reading in both if is_valid_number(reading))
    yield from (reading for reading in both if _has_possible_length(reading))


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def _written_nationally(number: PhoneNumber) -> str:
    return "".join(filter(str.isdigit, format_number(number, PhoneNumberFormat.NATIONAL)))


def _has_possible_length(number: PhoneNumber) -> bool:
    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
