"""Every command has a handler."""

from typing import get_args

from session_host.commands.registry import HANDLERS
from shared.contracts.commands import AnyCommand


def test_every_command_has_a_handler() -> None:
    """A command that is added to the wire language without a handler fails here."""
    union, _ = get_args(AnyCommand)
    assert set(HANDLERS) == set(get_args(union))
