"""A bar for what takes a while: how much of a file has gone where it is to go."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import rich_click as click

from cli.program.command import JSON_PARAMETER

_SHOWN_FROM = 1 << 20
"""Bytes from which a bar is shown."""


def with_bar(pieces: Iterable[bytes], size: int, label: str) -> Iterator[bytes]:
    """The pieces, with a bar on stderr while they are taken: of a large file, to a person who asked for no JSON."""
    context = click.get_current_context(silent=True)
    as_json = context is not None and bool(context.params.get(JSON_PARAMETER))
    shown = size >= _SHOWN_FROM and sys.stderr.isatty() and not as_json
    with click.progressbar(length=size, label=label, file=sys.stderr, hidden=not shown) as bar:
        for piece in pieces:
            yield piece
            bar.update(len(piece))
