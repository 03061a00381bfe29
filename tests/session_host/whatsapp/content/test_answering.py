"""Which texts choose something of what was offered in words."""

import pytest

from session_host.whatsapp.content.answering import answer_to, may_answer
from shared.contracts.content.choices import Buttons
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown

OFFER = Buttons.model_validate({
    "text": "Well?", "buttons": [{"id": "y", "text": "Yes"}, {"id": "n", "text": "No, thanks"}],
})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("1", "y"), ("2", "n"), (" 2 ", "n"), ("2.", "n"), ("2)", "n"), ("no, THANKS", "n"), ("Yes", "y"),
        ("0", None), ("3", None), ("99", None), ("yes please", None), ("", None), ("1 2", None),
    ],
)  # fmt: skip
def test_a_number_or_a_title(text: str, chosen: str | None) -> None:
    """As people write them; everything else chooses nothing."""
    reply = answer_to(OFFER, text, "3EB0")
    assert (reply and reply.id) == chosen
    assert reply is None or reply.message_id == "3EB0"


@pytest.mark.parametrize(
    ("text", "quotes_me", "held"),
    [("2", False, True), ("12.", False, True), ("123", False, False), ("Yes", False, False), ("Yes", True, True),
     ("x" * 81, True, False)],
)  # fmt: skip
def test_few_texts_are_looked_up(text: str, quotes_me: bool, held: bool) -> None:  # noqa: FBT001 - parameters
    """Bare numbers, and short texts that quote one of ours; ours never."""
    fields = {"at": 1, "id": "3EB0", "chat": "628111@s.whatsapp.net", "from_number": "628111", "from_lid": None}
    event = MessageReceived(
        **fields, from_me=False, timestamp=1, type="text", push_name=None, content=Shown(message=text)
    )
    assert may_answer(event, quotes_me=quotes_me) is held
    assert not may_answer(event.model_copy(update={"from_me": True}), quotes_me=True)
