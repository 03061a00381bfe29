"""Times that are told to people who wait for them."""

import pytest

from functions.sessions.schemas import status_answer
from shared.contracts.commands.sessions import StatusReply
from shared.ids import now_ms
from shared.sessions.model import Session, yet_to_come


@pytest.mark.parametrize(("at", "now", "told"), [(None, 5, None), (7, 5, 7), (5, 5, 5), (3, 5, 5)])
def test_what_was_to_be_is_now(at: int | None, now: int, told: int | None) -> None:
    """A try whose time has come is under way: its time is now, and never in the past."""
    assert yet_to_come(at, now) == told


def test_a_status_names_no_try_in_the_past() -> None:
    """However old what the session last said is."""
    before = now_ms()
    reply = StatusReply(status="reconnecting", reason="wa_unreachable", since=1, next_try=before - 20_000)
    answer = status_answer(Session(uid="ses_1", key_id="key_1", name="sales", created_at=1), reply)
    assert answer.next_try is not None
    assert answer.next_try >= before
