"""What people write for a recipient becomes an address, or an error that says what is wrong."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    is_valid_number_for_region,
    national_significant_number,
    parse,
)

from shared.errors import NumberInvalid
from shared.jids import Jid
from shared.recipients import parse_recipient


@pytest.mark.parametrize(
    ("text", "region", "address"),
    [
        ("628123456789", None, "628123456789@s.whatsapp.net"),
        ("+62 812-3456-789", None, "628123456789@s.whatsapp.net"),
        ("  +62 (812) 3456.789 ", None, "628123456789@s.whatsapp.net"),
        ("0062 8123456789", None, "628123456789@s.whatsapp.net"),
        ("08123456789", "ID", "628123456789@s.whatsapp.net"),
        ("0812-3456-789", "ID", "628123456789@s.whatsapp.net"),
        ("0171 1234567", "DE", "491711234567@s.whatsapp.net"),
        ("011 98765-4321", "BR", "5511987654321@s.whatsapp.net"),
        ("628123456789", "DE", "628123456789@s.whatsapp.net"),
        ("(202) 555-0123", "US", "12025550123@s.whatsapp.net"),
        ("1 202 555 0123", "US", "12025550123@s.whatsapp.net"),
        ("011 62 812 3456 789", "US", "628123456789@s.whatsapp.net"),
        ("628123456789", "US", "628123456789@s.whatsapp.net"),
        ("55 1234 5678", "MX", "525512345678@s.whatsapp.net"),
        ("5215512345678", "MX", "5215512345678@s.whatsapp.net"),
        ("11 98765-4321", "BR", "5511987654321@s.whatsapp.net"),
        ("11 8765-4321", "BR", "551187654321@s.whatsapp.net"),
        ("5511987654321", "BR", "5511987654321@s.whatsapp.net"),
        ("11 15-2345-6789", "AR", "5491123456789@s.whatsapp.net"),
        ("8 (912) 345-67-89", "RU", "79123456789@s.whatsapp.net"),
        ("912 345-67-89", "RU", "79123456789@s.whatsapp.net"),
        ("6221234567", "IN", "916221234567@s.whatsapp.net"),
        ("812-3456-789", "ID", "628123456789@s.whatsapp.net"),
        ("0151/12345678", "DE", "4915112345678@s.whatsapp.net"),
        ("4915112345678", "DE", "4915112345678@s.whatsapp.net"),
        ("333 123 4567", "IT", "393331234567@s.whatsapp.net"),
        ("06 1234 5678", "IT", "390612345678@s.whatsapp.net"),
        ("+62 0812 3456 789", None, "628123456789@s.whatsapp.net"),
        ("6208123456789", None, "628123456789@s.whatsapp.net"),
        ("+44 (0)7700 900123", None, "447700900123@s.whatsapp.net"),
        ("(+62) 812-3456-789", None, "628123456789@s.whatsapp.net"),
        ("+39 06 1234 5678", None, "390612345678@s.whatsapp.net"),
        ("551187654321", None, "551187654321@s.whatsapp.net"),
        ("99900000001", None, "99900000001@s.whatsapp.net"),
        ("+1/202/555/0123", None, "12025550123@s.whatsapp.net"),
        ("tel:+62-812-3456-789", None, "628123456789@s.whatsapp.net"),
        ("whatsapp:+628123456789", None, "628123456789@s.whatsapp.net"),
        ("\u202a+62\u00a0812\u20113456\u2011789\u202c", None, "628123456789@s.whatsapp.net"),
        ("\u200e628123456789\u200b", None, "628123456789@s.whatsapp.net"),
        ("\ufeff628123456789@s.whatsapp.net\u200b", None, "628123456789@s.whatsapp.net"),
        (
            "\u0666\u0662\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
            None,
            "628123456789@s.whatsapp.net",
        ),
        (
            "\uff0b\uff16\uff12\uff08\uff18\uff11\uff12\uff09\uff13\uff14\uff15\uff16\uff0d\uff17\uff18\uff19",
            None,
            "628123456789@s.whatsapp.net",
        ),
        ("628123456789@s.whatsapp.net", None, "628123456789@s.whatsapp.net"),
        ("628123456789@c.us", None, "628123456789@s.whatsapp.net"),
        ("628123456789:12@s.whatsapp.net", None, "628123456789@s.whatsapp.net"),
        ("123456789012345@lid", None, "123456789012345@lid"),
        ("123456789012345:3@lid", None, "123456789012345@lid"),
        ("120363012345678901@g.us", None, "120363012345678901@g.us"),
        ("628123456789-1500000000@g.us", None, "628123456789-1500000000@g.us"),
    ],
)
def test_a_recipient_is_understood(text: str, region: str | None, address: str) -> None:
    """International, national with the key's country, and every kind of address."""
    assert str(parse_recipient(text, region)) == address


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("", None),
        ("   ", None),
        ("0812345678", None),
        ("abc", None),
        ("62812x345678", None),
        ("12345", None),
        ("1234567890123456", None),
        ("+0812345678", None),
        ("+", None),
        ("--", None),
        ("6" * 101, None),
        ("\u200b\u202a", None),
        ("62+8123456789", None),
        ("++628123456789", None),
        ("62\u00b28123456789", None),
        ("628123456789 ext. 12", None),
        ("0812", "ID"),
        ("0812345678", "XX"),
        ("628123456789@", None),
        ("@s.whatsapp.net", None),
        ("628123456789@example.com", None),
        ("62 812@s.whatsapp.net", None),
        ("a@lid", None),
        ("628123456789@s.whatsapp.net@lid", None),
        ("628123456789@broadcast", None),
    ],
)
def test_what_is_no_recipient_is_refused(text: str, region: str | None) -> None:
    """With the code that says so."""
    with pytest.raises(NumberInvalid):
        parse_recipient(text, region)


@pytest.mark.parametrize(
    ("text", "region", "words"),
    [
        ("62812\u043e345678", None, "'\u043e' (U+043E CYRILLIC SMALL LETTER O)"),
        ("\u202a62812x345y678x", None, "'x' (U+0078 LATIN SMALL LETTER X), 'y' (U+0079 LATIN SMALL LETTER Y)"),
        ("62\ue000812345678", None, "(U+E000 without a name)"),
        ("62+8123456789", None, "'+' that is not at its beginning"),
        ("\u200b", None, "The number is empty."),
        ("(-)", None, "has no digits"),
        ("+0812345678", None, "has a 0 where its country code belongs"),
        ("0812345678", None, "no default country"),
        ("0812", "ID", "'0812' is not a number of ID"),
        ("12345", None, "has 5 digits"),
    ],
)
def test_the_words_show_what_is_wrong(text: str, region: str | None, words: str) -> None:
    """Also where it cannot be seen, or looks like something else."""
    with pytest.raises(NumberInvalid) as refused:
        parse_recipient(text, region)
    assert words in refused.value.message


REGIONS = [
    region
    for region in sorted(SUPPORTED_REGIONS)
    if example_number_for_type(region, PhoneNumberType.MOBILE) is not None
]
INVISIBLE = "\u200b\u200e\u202a\u202c\u2060\ufeff\u00ad"
ZEROS = "0\u0660\u06f0\u0966\uff10"
"""The zeros of five scripts: their other digits follow."""


@st.composite
def mobile_numbers(draw: st.DrawFn) -> tuple[str, PhoneNumber]:
    """A country, and a number that a mobile phone there may have."""
    region = draw(st.sampled_from(REGIONS))
    example = example_number_for_type(region, PhoneNumberType.MOBILE)
    assert example is not None
    digits = national_significant_number(example)
    end = draw(st.text("0123456789", min_size=3, max_size=3))
    number = parse(f"+{example.country_code}{digits[:-3]}{end}")
    assume(is_valid_number_for_region(number, region))
    return region, number


@given(mobile_numbers(), st.sampled_from(ZEROS), st.data())
def test_a_number_is_the_same_however_it_is_written(
    mobile: tuple[str, PhoneNumber], zero: str, data: st.DataObject
) -> None:
    """Of every country: international and national form, plain digits, other scripts, with what is pasted along."""
    region, number = mobile
    digits = format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    forms = [
        (digits, None),
        (f"+{digits}", region),
        (digits, region),
        (f"00{digits}", None),
        (format_number(number, PhoneNumberFormat.INTERNATIONAL), None),
        (format_number(number, PhoneNumberFormat.RFC3966), None),
        (format_number(number, PhoneNumberFormat.NATIONAL), region),
    ]
    text, country = data.draw(st.sampled_from(forms))
    script = "".join(chr(ord(zero) + int(each)) if each.isascii() and each.isdigit() else each for each in text)
    place = data.draw(st.integers(0, len(script)))
    pasted = script[:place] + data.draw(st.text(INVISIBLE, max_size=3)) + script[place:]
    assert parse_recipient(pasted, country).number == digits


@given(mobile_numbers())
def test_the_zero_that_is_dialled_at_home_is_no_part_of_it(mobile: tuple[str, PhoneNumber]) -> None:
    """`+62 0812…` and `+44 (0)77…`: of every country where people write a 0 first."""
    _, number = mobile
    digits = national_significant_number(number)
    written = format_number(number, PhoneNumberFormat.NATIONAL)
    assume("".join(filter(str.isdigit, written)) == f"0{digits}")
    for text in (f"+{number.country_code} 0{digits}", f"+{number.country_code} (0){digits}"):
        assert parse_recipient(text).number == f"{number.country_code}{digits}"


@given(st.text(max_size=120), st.sampled_from([None, "ID", "BR", "XX"]))
def test_any_text_is_an_address_or_refused(text: str, region: str | None) -> None:
    """Never another error; an address that came out is read again as itself."""
    try:
        jid = parse_recipient(text, region)
    except NumberInvalid:
        return
    assert Jid.parse(str(jid)) == jid
