"""What the API remembers of requests with an Idempotency-Key."""

from functions.sending.answered import Answered
from shared.contracts.commands.messages import SendReply
from shared.messages.model import Idempotency

SENT = SendReply(state="sent", wa_id="3EB0", timestamp=1_700_000_000)


def request(key: str = "key", body: str = "body") -> Idempotency:
    return Idempotency(key, body, expires_at=0)


def test_an_equal_request_gets_the_same_answer() -> None:
    """The same key with another body does not, and a request without a key never does."""
    answered = Answered()
    answered.keep(request(), "msg_1", SENT)
    assert answered.find(request()) == ("msg_1", SENT)
    assert answered.find(request(body="another")) is None
    assert answered.find(request(key="another")) is None
    assert answered.find(None) is None


def test_only_what_was_sent_is_remembered() -> None:
    """A message that waits may still become anything."""
    answered = Answered()
    answered.keep(request(), "msg_1", SendReply(state="queued"))
    answered.keep(None, "msg_2", SENT)
    assert answered.find(request()) is None


def test_it_is_remembered_for_a_minute() -> None:
    """Afterwards the store answers."""
    now = 0.0
    answered = Answered(lambda: now)
    answered.keep(request(), "msg_1", SENT)
    now = 59.9
    assert answered.find(request()) is not None
    now = 60.0
    assert answered.find(request()) is None
