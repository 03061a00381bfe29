"""A library call says where it stands which question it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from session_host.whatsapp.library.neonize_client import NeonizeClient
from shared.contracts.commands.command import Question, R, Reply

ANSWERS: dict[type[Question[Any]], Callable[[NeonizeClient, Any], Reply]] = {}
"""Filled by the modules of `questions`: whoever asks does it by `asking`, which has them all."""


def answers(
    question: type[Question[R]],
) -> Callable[[Callable[[NeonizeClient, Any], R]], Callable[[NeonizeClient, Any], R]]:
    """Have a function answer a question. It is called on a thread, may block, and raises NotSent and NotLookedUp."""

    def take(call: Callable[[NeonizeClient, Any], R]) -> Callable[[NeonizeClient, Any], R]:
        ANSWERS[question] = call
        return call

    return take
