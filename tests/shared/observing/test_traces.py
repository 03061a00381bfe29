"""Without a recorder a span is nothing, and hosts and APIs of other versions go on understanding each other."""

import timeit

import pytest
from pydantic import BaseModel, ConfigDict

from shared.contracts.commands.sessions import ReadStatus
from shared.contracts.requests import AnyCommand, Request
from shared.observing import traces as tracing

_ABOVE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class _OlderRequest(BaseModel):
    """`Request` as versions without traces have it."""

    model_config = ConfigDict(frozen=True)

    request_id: str
    deadline: int
    command: AnyCommand


@pytest.mark.parametrize("traceparent", [None, _ABOVE])
def test_an_older_host_understands_a_request_with_a_trace(traceparent: str | None) -> None:
    """It takes what it knows of it."""
    asked = Request(request_id="req_1", deadline=1, command=ReadStatus(), traceparent=traceparent)
    understood = _OlderRequest.model_validate_json(asked.model_dump_json())
    assert understood == _OlderRequest(request_id="req_1", deadline=1, command=ReadStatus())


def test_a_request_of_an_older_api_is_understood() -> None:
    """It is part of no trace."""
    asked = _OlderRequest(request_id="req_1", deadline=1, command=ReadStatus())
    assert Request.model_validate_json(asked.model_dump_json()).traceparent is None


def test_a_process_that_records_nothing_pays_next_to_nothing() -> None:
    """A send has about ten spans: 20 µs for all of them would be noticed, they take a tenth of that."""

    def spans_of_a_send() -> None:
        with tracing.begin("request", _ABOVE, {"a": 1}) as step:
            step.set({"b": 2})
            assert tracing.traceparent() is None
            for _ in range(10):
                with tracing.step("step", {"a": 1}), tracing.step_of(tracing.current(), "other"):
                    pass
            tracing.note({"c": 3})

    assert min(timeit.repeat(spans_of_a_send, number=100, repeat=20)) / 100 < 20e-6
