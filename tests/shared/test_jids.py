"""What people write for a recipient becomes an address, or an error that says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NumberInvalid
from shared.jids import Jid, parse_recipient


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
        ("\u0666\u0662\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667", None),
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


def test_only_phone_addresses_have_a_number() -> None:
    """A LID is nobody's phone number."""
    assert Jid.parse("628111@s.whatsapp.net").number == "628111"
    assert Jid.parse("123456789@lid").number is None
    assert Jid.parse("12036301234567@g.us").number is None


@given(st.text(max_size=120), st.sampled_from([None, "ID", "BR", "XX"]))
def test_any_text_is_an_address_or_refused(text: str, region: str | None) -> None:
    """Never another error; an address that came out is read again as itself."""
    try:
        jid = parse_recipient(text, region)
    except NumberInvalid:
        return
    assert Jid.parse(str(jid)) == jid
