"""What travels to the shard that holds a session, as it is written: what reads any command takes 60 ms to load."""

from __future__ import annotations

from typing import Any

import orjson

from shared.contracts.commands.command import Command


def encode_request(command: Command[Any], *, request_id: str, deadline: int, traceparent: str | None) -> bytes:
    """The bytes of a `shared.contracts.requests.Request`.

    A command is whole already: to check it once more costs as much as to write it.
    """
    fields = command.model_dump(mode="json")
    return orjson.dumps({"request_id": request_id, "deadline": deadline, "command": fields, "traceparent": traceparent})
