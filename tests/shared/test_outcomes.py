"""What a message's row says to whoever asked, on both sides."""

import pytest

from shared.errors import Internal, MessageExpired, NumberNotOnWhatsApp, SendUnknown, WagateError
from shared.messages.model import HANDED_OVER, Failure, MessageState, OutboundMessage
from shared.messages.outcomes import is_sent, outcome_of


def a_row(state: MessageState, failure: Failure | None = None) -> OutboundMessage:
    return OutboundMessage(
        id="msg_1", key_id="key", session_uid="ses", to="1@s.whatsapp.net", content={}, created_at=1, expires_at=2,
        state=state, wa_id="WA", failure=failure, times={MessageState.SENT: 1_700_000_000_999},
    )  # fmt: skip


@pytest.mark.parametrize("state", HANDED_OVER)
def test_what_whatsapp_has_is_told_with_its_id_and_time(state: MessageState) -> None:
    """However far receipts have moved it; the time is WhatsApp's, in seconds."""
    outcome = outcome_of(a_row(state))
    assert (outcome.state, outcome.wa_id, outcome.timestamp) == (state, "WA", 1_700_000_000)
    assert is_sent(outcome)


@pytest.mark.parametrize("state", [MessageState.ACCEPTED, MessageState.QUEUED, MessageState.SENDING])
def test_what_may_still_be_sent_is_no_error(state: MessageState) -> None:
    """Nor is it sent."""
    outcome = outcome_of(a_row(state))
    assert outcome.state == state
    assert not is_sent(outcome)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (MessageState.FAILED, Internal),
        (MessageState.UNKNOWN, SendUnknown),
        (MessageState.EXPIRED, MessageExpired),
        (MessageState.CANCELLED, MessageExpired),
    ],
)
def test_what_was_not_sent_says_why(state: MessageState, error: type[WagateError]) -> None:
    """As its row says; a row without a reason says what its state means."""
    with pytest.raises(error):
        outcome_of(a_row(state))
    with pytest.raises(NumberNotOnWhatsApp) as told:
        outcome_of(a_row(state, Failure(NumberNotOnWhatsApp.code, "Nobody is there.", {"number": "1"})))
    assert told.value.details == {"number": "1"}
