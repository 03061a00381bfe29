"""The API as an AWS Lambda function: `functions.lambda_handler.handler`. Importing it starts everything."""

from __future__ import annotations

from typing import Any

from shared.many_imports import many_imports

with many_imports():
    from functions.aws_lambda.function import Function

    _function = Function()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's
    """Answer an event of the HTTP API (payload version 2.0) or of the schedule."""
    return _function.handle(event, context.get_remaining_time_in_millis() / 1000)
