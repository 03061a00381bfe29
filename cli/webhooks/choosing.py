"""The options that say what is chosen for a webhook, as fields of the API. What is given empty is taken away."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import rich_click as click

from cli.gateway.session_option import session_names

Callback = Callable[..., None]
Chosen = dict[str, Any]

_wanted = (
    click.option("--events", metavar="TYPES", help="Types of events, with commas: message.received,session.*"),
    click.option("--session", help="Only events of this session.", shell_complete=session_names),
    click.option(
        "--chat",
        "chats",
        multiple=True,
        help="Only events of this chat: a number, a JID, a group. May be given several times.",
    ),
    click.option(
        "--direction",
        type=click.Choice(["in", "out", "both"]),
        metavar="in|out|both",
        help="Only received messages, or only sent ones.",
    ),
)
_posted = (
    click.option("--test-url", metavar="URL", help="Where test events go.  [default: where all events go]"),
    click.option(
        "--header",
        "headers",
        metavar="NAME=VALUE",
        multiple=True,
        help="A header for every request. May be given several times.",
    ),
    click.option(
        "--ordered/--unordered", default=None, help="Whether an event waits for the earlier events of its session."
    ),
)


def wanted_options(function: Callback) -> Callback:
    """Add the options that say which events, and pass them as `chosen`."""

    @functools.wraps(function)
    def callback(
        *args: Any,  # noqa: ANN401 - click's
        events: str | None,
        session: str | None,
        chats: tuple[str, ...],
        direction: str | None,
        chosen: Chosen | None = None,
        **rest: Any,  # noqa: ANN401 - click's
    ) -> None:
        wanted: Chosen = {
            "events": None if events is None else [each.strip() for each in events.split(",") if each.strip()],
            "sessionId": session,
            "chats": [each for each in chats if each] if chats else None,
            "direction": "" if direction == "both" else direction,
        }
        function(*args, chosen={**_given(wanted), **(chosen or {})}, **rest)

    return _with(_wanted, callback)


def chosen_options(function: Callback) -> Callback:
    """Add all options of a webhook but its address, and pass what was given as `chosen`."""
    with_wanted = wanted_options(function)

    @functools.wraps(with_wanted)
    def callback(
        *args: Any,  # noqa: ANN401 - click's
        test_url: str | None,
        headers: tuple[str, ...],
        ordered: bool | None,
        **rest: Any,  # noqa: ANN401 - click's
    ) -> None:
        posted: Chosen = {
            "testUrl": test_url,
            "headers": dict(_header(each) for each in headers if each) if headers else None,
            "ordered": ordered,
        }
        with_wanted(*args, chosen=_given(posted), **rest)

    return _with(_posted, callback)


def _given(fields: Chosen) -> Chosen:
    return {name: None if value == "" else value for name, value in fields.items() if value is not None}


def _header(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise click.BadParameter(f"'{name}' has no value: write it as NAME=VALUE.", param_hint="--header")
    return name.strip(), value.strip()


def _with(options: Sequence[Callable[[Callback], Callback]], callback: Callback) -> Callback:
    for option in reversed(options):
        callback = option(callback)
    return callback
