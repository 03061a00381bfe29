"""Every command has a handler."""

from session_host.commands.registry import HANDLERS
from shared.contracts.requests import COMMANDS


def test_every_command_has_a_handler() -> None:
    """A command that is added to the wire language without a handler fails here."""
    assert set(HANDLERS) == set(COMMANDS.values())
