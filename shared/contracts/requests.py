"""What travels to the shard that holds a session, as it is read there: any command."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict

from shared.contracts.commands.command import Command
from shared.contracts.kinds import OneOf, kinds_of
from shared.discreet import Discreet

COMMANDS = kinds_of("shared.contracts.commands", Command, "kind")
"""Every command, by its name on the way."""
AnyCommand = Annotated[Command[Any], OneOf("kind", COMMANDS)]


class Request(Discreet):
    """A command, and until when its asker waits."""

    model_config = ConfigDict(frozen=True)

    request_id: str
    deadline: int
    command: AnyCommand
    traceparent: str | None = None
    """The asker's part of a trace (`shared.observing.traces`); older versions neither send it nor look at it."""
