"""Numbers of people in bodies, as text or as a JSON number, which many programs send; and timers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, StrictStr, WithJsonSchema

from shared.whole import as_whole

_EXACT = 2**53


def _digits(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, float) and value < _EXACT:  # beyond that, it is not what was written
        value = as_whole(value)
    if type(value) is int and value > 0:
        return str(value)
    if not isinstance(value, str):
        raise ValueError('a number is text or digits, such as "628123456789"')  # noqa: TRY004 - pydantic reads ValueError
    return value


Number = Annotated[
    StrictStr,
    BeforeValidator(_digits),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}],
            "examples": ["628123456789"],
        }
    ),
]
"""What a person writes for a recipient; `shared.recipients.parse_recipient` reads it."""


def _no_truth(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, bool):
        raise ValueError("seconds are a number")  # noqa: TRY004 - pydantic reads ValueError
    return value


Timer = Annotated[Literal[0, 86_400, 604_800, 7_776_000], BeforeValidator(_no_truth)]
"""Seconds after which messages disappear: never, a day, a week, 90 days. In Python `False` is 0, in JSON it is not."""
