"""Every question that one call of the client library answers."""

from __future__ import annotations

from typing import Any

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from shared.contracts.commands.command import Question, Reply
from shared.contracts.requests import COMMANDS

QUESTIONS = frozenset(command for command in COMMANDS.values() if issubclass(command, Question))


async def ask_whatsapp(context: Context, question: Question[Any]) -> Reply:
    """What WhatsApp answers.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say (`Questions.ask`).
    """
    return await of_whatsapp(context, lambda: context.holding.questions.ask(question, within=context.time_left))
