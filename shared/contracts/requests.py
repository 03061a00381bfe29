"""What travels to the shard that holds a session, and the error that may come back."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import ConfigDict, Field

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


def encode_request(command: Command[Any], *, request_id: str, deadline: int, traceparent: str | None) -> bytes:
    """The bytes of a `Request`. A command is whole already: to check it once more costs as much as to write it."""
    fields = command.model_dump(mode="json")
    return orjson.dumps({"request_id": request_id, "deadline": deadline, "command": fields, "traceparent": traceparent})


class Problem(Discreet):
    """An error of the catalogue, travelling back."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    retry_after: float | None = None
    begun: bool = True
    """Whether anything of the command may have been done; without it nothing was."""
    details: dict[str, Any] = Field(default_factory=dict[str, Any])
