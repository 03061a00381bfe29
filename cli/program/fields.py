"""FIELD=VALUE on a command line, as the JSON that the API takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import rich_click as click


def body_of(given: Sequence[str], example: str) -> dict[str, Any]:
    """The object of fields such as `ignore.groups=true`: a dot leads into an object, no value is null.

    Args:
        given: what stands on the command line.
        example: one of them, for whoever got it wrong.

    Raises:
        click.UsageError: one is none.
    """
    body: dict[str, Any] = {}
    for each in given:
        place, sign, text = each.partition("=")
        if not sign or not all(names := place.split(".")):
            raise click.UsageError(f"'{each}' is not like {example}.")
        inner = body
        for part in names[:-1]:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise click.UsageError(f"'{place}' is given twice: by itself, and as a part of something else.")
        inner[names[-1]] = _value(text)
    return body


def lines_of(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """The same the other way: a line for each value, and where it is."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from lines_of(value, f"{above}{name}.")
        else:
            yield above + name, value if isinstance(value, str) else json.dumps(value)


def _value(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
