"""Commands that are imported when they run, so that `wagate --help` need not import what each of them needs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import rich_click as click


class DeferredCommand(click.RichCommand):
    """Stands in a group for a command of another module.

    Args:
        name: the command's name.
        target: `module:attribute` of the real command.
        summary: what the list of commands says of it; the first sentence of the real command's help.
    """

    def __init__(self, name: str, target: str, summary: str) -> None:
        super().__init__(name=name, help=summary, add_help_option=False)
        self.target = target

    def load(self) -> click.Command:
        """Import the real command and return it."""
        module, _, attribute = self.target.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a command")
        return command

    def make_context(  # noqa: D102 - click's
        self,
        info_name: str | None,
        args: Sequence[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's
    ) -> click.RichContext:
        context = self.load().make_context(info_name, list(args), parent, **extra)
        if not isinstance(context, click.RichContext):
            raise TypeError(f"{self.target} is not a rich_click command")
        return context
