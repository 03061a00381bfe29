"""The catalogue of errors holds together, and errors and replies travel over NATS as themselves."""

import pytest

from shared import errors
from shared.contracts.answers import NotBegun, decode, encode_problem, encode_reply
from shared.contracts.commands.command import Done
from shared.contracts.commands.messages import SendReply
from shared.contracts.commands.sessions import StatusReply
from shared.errors import CATALOGUE, Disconnected, Internal, NoHost, WagateError


def test_every_error_has_a_code_of_its_own() -> None:
    """A program branches on it: two classes must not share one."""
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, WagateError)]
    assert len(CATALOGUE) == len(classes) - 1  # without the base


@pytest.mark.parametrize("error", CATALOGUE.values())
def test_every_error_says_what_happened_and_what_to_do(error: type[WagateError]) -> None:
    """Whole sentences, an HTTP status of the right kind, a code in capitals."""
    assert error.code == error.code.upper()
    assert 400 <= error.status < 600
    assert error.meaning.endswith(".")
    assert error.remedy.endswith(".")
    assert str(error()) == f"{error.meaning} {error.remedy}"


@pytest.mark.parametrize("error", CATALOGUE.values())
def test_an_error_crosses_nats_as_itself(error: type[WagateError]) -> None:
    """Class, words, details and when to try again."""
    with pytest.raises(error) as travelled:
        decode(encode_problem(error("words", retry_after=2.5, connectionStatus="qr_ready", nested=[1, None])), Done)
    assert type(travelled.value) is error
    assert travelled.value.message == "words"
    assert travelled.value.retry_after == 2.5
    assert travelled.value.details == {"connectionStatus": "qr_ready", "nested": [1, None]}


def test_that_nothing_was_begun_crosses_nats() -> None:
    """For the API, which asks the next owner then; a caller, and an older API, are told NO_HOST like of any other."""
    with pytest.raises(NotBegun, match="words") as travelled:
        decode(encode_problem(NotBegun("words", retry_after=1)), Done)
    assert (travelled.value.code, travelled.value.retry_after) == ("NO_HOST", 1)
    with pytest.raises(NoHost) as other:
        decode(encode_problem(NoHost()), Done)
    assert type(other.value) is NoHost


def test_an_error_of_a_newer_version_is_internal() -> None:
    """An older API that hears of a code it does not know still answers."""
    payload = encode_problem(Disconnected("words")).replace(b"WA_DISCONNECTED", b"WA_FROM_THE_FUTURE")
    with pytest.raises(Internal, match="words"):
        decode(payload, Done)


@pytest.mark.parametrize(
    "reply",
    [
        Done(),
        StatusReply(status="failed", reason="temporary_ban", since=1, until=2, push_name="Toko \U0001f6d2"),
        SendReply(state="sent", wa_id="3EB0", timestamp=1),
    ],
)
def test_a_reply_crosses_nats_as_itself(reply) -> None:
    """Fields that are None too."""
    assert decode(encode_reply(reply), type(reply)) == reply
