import pytest

from session_host.whatsapp.client import InDoubt, NotLookedUp, NotSent
from session_host.whatsapp.send_errors import explain, explain_lookup


def test_an_error_number_is_a_refusal() -> None:
    """The server answered: it did not take the message."""
    said = explain("server returned error 479", lambda: "3EB0")
    assert isinstance(said, NotSent)
    assert (said.refused, said.code) == (True, 479)


@pytest.mark.parametrize(
    ("error", "refused", "code"),
    [
        (
            "failed to get device list: failed to send usync query: info query returned status 429: rate-overlimit",
            True,
            429,
        ),
        ("failed to get device list: info query returned status 503: service-unavailable", False, 503),
        ("no LID found for 628@s.whatsapp.net from server", True, 404),
    ],
)
def test_a_refused_question_before_a_message_is_a_refusal(error: str, refused: bool, code: int) -> None:  # noqa: FBT001 - a column
    """Nothing left; when WhatsApp failed by itself it is worth another try."""
    said = explain(error, lambda: None)
    assert isinstance(said, NotSent)
    assert (said.refused, said.code) == (refused, code)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("failed to send usync query: info query returned status 429: rate-overlimit", NotLookedUp, 429),
        ("failed to send usync query: info query timed out", NotLookedUp, None),
        ("failed to send usync query: websocket not connected", NotSent, None),
        ("failed to send usync query: websocket disconnected before info query returned response", NotSent, None),
    ],
)
def test_a_number_that_was_not_looked_up(error: str, kind: type[Exception], code: int | None) -> None:
    """WhatsApp refused or was silent, or there was no connection to ask over."""
    said = explain_lookup(error)
    assert type(said) is kind
    assert said.code == code


@pytest.mark.parametrize(
    "error",
    [
        "failed to send message node: websocket not connected",
        "failed to send message node: frame socket is closed",
        "failed to get device list: failed to send usync query: info query timed out",
        "failed to get device list: websocket disconnected before info query returned response",
        "failed to save cached sessions: failed to store cached sessions: database or disk is full",
    ],
)
def test_what_failed_before_its_frame_was_written_did_not_leave(error: str) -> None:
    """Although its secret is in the log by then."""
    assert isinstance(explain(error, lambda: "3EB0"), NotSent)


def test_an_error_before_the_secret_was_written_is_not_sent() -> None:
    """No row, no frame."""
    assert isinstance(explain("failed to get device list: info query timed out", lambda: None), NotSent)


@pytest.mark.parametrize("wa_id", ["3EB0", None])
@pytest.mark.parametrize(
    "error",
    [
        "websocket disconnected before message send returned response",
        "websocket disconnected before message send (retry) returned response",
        "timed out waiting for message send response",
    ],
)
def test_a_frame_without_an_answer_is_in_doubt(error: str, wa_id: str | None) -> None:
    """Even when the row could not be written (a full disk): the frame was."""
    said = explain(error, lambda: wa_id)
    assert isinstance(said, InDoubt)
    assert said.wa_id == wa_id


def test_an_unknown_error_with_a_secret_is_in_doubt() -> None:
    """What is not known is said."""
    said = explain("failed to send message node: broken pipe", lambda: "3EB0")
    assert isinstance(said, InDoubt)
    assert said.wa_id == "3EB0"
