"""Every command has a handler."""

from session_host.commands.questions import QUESTIONS
from session_host.commands.registry import HANDLERS
from session_host.whatsapp.answering import ANSWERS
from session_host.whatsapp.asking import CALLS
from shared.contracts.requests import COMMANDS


def test_every_command_has_a_handler() -> None:
    """A command that is added to the wire language without a handler fails here."""
    assert set(HANDLERS) == set(COMMANDS.values())


def test_every_question_has_its_library_call() -> None:
    """A question without a call, or a call of no question, fails here."""
    assert CALLS is not None
    own = {each for each in ANSWERS if each.__module__ == "session_host.whatsapp.own_questions"}
    assert set(ANSWERS) - own == QUESTIONS
