"""WhatsApp's addresses, apart from what people write for them (`test_recipients`)."""

from shared.jids import Jid


def test_only_phone_addresses_have_a_number() -> None:
    """A LID is nobody's phone number."""
    assert Jid.parse("628111@s.whatsapp.net").number == "628111"
    assert Jid.parse("123456789@lid").number is None
    assert Jid.parse("12036301234567@g.us").number is None
