"""The templates that methods are made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - it makes code of our own words
)


def filled(template: str, **words: object) -> str:
    """A template with what is made of it."""
    return _ENVIRONMENT.get_template(f"{template}.jinja").render(words)


def camel(name: str) -> str:
    """A name as JavaScript writes it: `send_message` is `sendMessage`."""
    first, *more = name.split("_")
    return first + "".join(word.title() for word in more)


def iterating(name: str) -> str:
    """What the method is called that gives one after the other: `list_chats` has `iterate_chats`."""
    return "iterate_" + name.removeprefix("list_").removeprefix("get_")


_ENVIRONMENT.filters |= {
    "camel": camel,
    "iterating": iterating,
    "json": lambda value: json.dumps(value, ensure_ascii=False),
    "literal": repr,
}
