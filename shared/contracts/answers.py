"""How a reply or an error travels back over NATS: one JSON object, `{"reply": …}` or `{"problem": …}`."""

from __future__ import annotations

import orjson

from shared.contracts.commands.command import R, Reply
from shared.contracts.problem import Problem
from shared.errors import NoHost, WagateError, from_code


class NotBegun(NoHost):
    """Of a shard that gives the session up: nothing was done, and whoever holds it next may be asked at once."""

    meaning = "The session is moving to another session host, and nothing was done."


def encode_reply(reply: Reply) -> bytes:
    """Bytes of a success."""
    return orjson.dumps({"reply": reply.model_dump(mode="json", exclude_none=True)})


def encode_problem(error: WagateError) -> bytes:
    """Bytes of an error of the catalogue."""
    problem = Problem(
        code=error.code,
        message=error.message,
        retry_after=error.retry_after,
        begun=not isinstance(error, NotBegun),
        details=error.details,
    )
    return orjson.dumps({"problem": problem.model_dump(mode="json", exclude_none=True)})


def decode(payload: bytes, reply: type[R]) -> R:
    """Return the reply; raises the WagateError that travelled instead of one."""
    answer = orjson.loads(payload)
    if "problem" in answer:
        problem = Problem.model_validate(answer["problem"])
        if not problem.begun:
            raise NotBegun(problem.message, retry_after=problem.retry_after, **problem.details)
        raise from_code(problem.code, problem.message, retry_after=problem.retry_after, details=problem.details)
    return reply.model_validate(answer["reply"])
