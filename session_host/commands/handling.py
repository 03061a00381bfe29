"""A handler says where it stands which command it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from session_host.commands.context import Context
from shared.contracts.commands.command import Command, R, Reply

Handle = Callable[[Context, Any], Awaitable[Reply]]
HANDLERS: dict[type[Command[Any]], Handle] = {}
"""Filled by the modules of handlers: whoever looks for one imports `registry`, which has them all."""


def handles(
    command: type[Command[R]],
) -> Callable[[Callable[[Context, Any], Awaitable[R]]], Callable[[Context, Any], Awaitable[R]]]:
    """Have a function answer a command, with the reply that the command asks for."""

    def take(handle: Callable[[Context, Any], Awaitable[R]]) -> Callable[[Context, Any], Awaitable[R]]:
        HANDLERS[command] = handle
        return handle

    return take
