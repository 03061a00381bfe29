"""Whether the console is opened in a browser: on a machine where somebody looks at a screen."""

from __future__ import annotations

import os
import sys

import rich_click as click

opens_option = click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="Whether to open the console in a browser; by default on a machine with a screen.",
)


def wants_window(opens: bool | None, *, as_json: bool) -> bool:  # noqa: FBT001 - as the option has it
    """Whether a browser is opened: as it was said, else where a person started it and there is a screen."""
    return not as_json and sys.stdout.isatty() and has_screen() if opens is None else opens


def has_screen() -> bool:
    """Whether windows can be shown: macOS, or X11 or Wayland; not over SSH without either."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
